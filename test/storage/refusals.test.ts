import { OWN_ACCOUNT, keyArn } from '@file-migration/kit/aws/shipped-policies';
import { expect } from 'chai';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@file-migration/stand-ins/free-port';
import type { PolicyDocument } from '@file-migration/stand-ins/object-store/policies/policy';
import type { StorageWorld, StorageWorldOptions } from '@file-migration/kit/storage/storage-world';
import {
  pdf,
  requestFor,
  storageWorld,
  targetKey,
  urlOf,
  VENDOR_HOST,
} from '@file-migration/kit/storage/storage-world';
import { failureOf } from '@file-migration/kit/failure-of';
import type { CopyMethod } from '@file-migration/config';
import type { CopyResult } from '../../plugin/src/model/copy-outcome.ts';

const MIB = 1024 * 1024;
const PARTS = { multipartThreshold: 6 * MIB, partBytes: 5 * MIB };
const METHODS: readonly CopyMethod[] = ['server-side-copy', 's3'];

const denies = (Condition: object, Action = 's3:PutObject'): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action, Resource: 'arn:aws:s3:::ours/*', Condition }],
});

describe('What a store does not say', () => {
  let here: StorageWorld;
  const given = async (options: StorageWorldOptions = {}): Promise<StorageWorld> =>
    (here = await storageWorld(options));
  const stored = (name: string): Buffer => here.store.read('ours', targetKey(name));
  afterEach(() => here.close());

  describe('in a refusal of HEAD, which has no body', () => {
    for (const code of ['ExpiredToken', 'RequestTimeTooSkewed', 'InvalidAccessKeyId'] as const) {
      it(`stops for ${code} instead of failing document after document`, async () => {
        const { store, copy } = await given({ source: { methods: ['server-side-copy'] } });
        store.seed('vendor', 'a.pdf', { bytes: pdf(100) });
        await copy('a.pdf', { key: targetKey('first.pdf') });
        store.setFaults([
          { match: { operation: 'HeadObject' }, fault: { kind: 'error', code } },
          { match: { operation: 'GetObject' }, fault: { kind: 'error', code } },
        ]);
        expect((await failureOf(copy('a.pdf'))).failureClass).to.equal('stop');
        expect(
          (await failureOf(here.storage.targetFacts(targetKey('a.pdf'), new AbortController().signal))).failureClass,
        ).to.equal('stop');
      });
    }

    it('leaves a denied document denied', async () => {
      const { store, copy } = await given({ source: { methods: ['server-side-copy'] } });
      store.seed('vendor', 'a.pdf', { bytes: pdf(100), denied: true });
      expect(await copy('a.pdf')).to.include({ kind: 'denied', code: 'source-denied' });
    });

    it('follows the region that the store tells, whatever the URL says', async () => {
      for (const method of METHODS) {
        const port = await freePort();
        const { store, copy } = await given({
          store: { port, region: 'us-west-2', buckets: [{ name: 'vendor', region: 'eu-west-1' }, 'ours'] },
          source: { methods: [method], hosts: { [VENDOR_HOST]: { endpoint: `http://127.0.0.1:${port}` } } },
        });
        store.seed('vendor', 'a.pdf', { bytes: pdf(100) });
        expect(await copy('a.pdf'), method).to.include({ kind: 'copied' });
        if (method !== METHODS.at(-1)) await here.close();
      }
    });
  });

  it('is asked for with a GET where HEAD names no length', async () => {
    const { store, copy } = await given({ source: { methods: ['server-side-copy'] } });
    store.seed('vendor', 'a.pdf', { bytes: pdf(1000) });
    store.setFaults([{ match: { operation: 'HeadObject' }, fault: { kind: 'no-length' } }]);
    expect(await copy('a.pdf')).to.include({ kind: 'copied' });
  });

  it('stores nothing of a body without a provable end, and verifies nothing by one', async () => {
    const { store, copy, storage } = await given();
    store.seed('vendor', 'a.pdf', { bytes: pdf(5000) });
    const copied = await copy('a.pdf');
    if (copied.kind !== 'copied') throw new Error(copied.kind);
    store.setFaults([{ match: { operation: 'GetObject' }, fault: { kind: 'no-length', bytes: 2000 } }]);
    expect(await copy('a.pdf', { key: targetKey('b.pdf') })).to.include({
      kind: 'failed',
      code: 'source-length-unknown',
    });
    expect(store.find('ours', targetKey('b.pdf'))).to.equal(undefined);
    const { source, target, sha256 } = copied;
    const request = { ...requestFor('a.pdf'), method: 's3', source, target, sha256, evidence: 'D' } as const;
    const compared = await storage.compare(request, 'full', new AbortController().signal);
    expect(compared.kind).to.equal('not-compared');
  });

  it('makes no precondition of a weak ETag, by any method', async () => {
    for (const method of METHODS) {
      for (const size of [300, 12 * MIB]) {
        const { store, copy } = await given({ source: { methods: [method] }, storage: { limits: PARTS } });
        store.seed('vendor', 'a.pdf', { bytes: pdf(size) });
        store.setFaults([
          { match: { operation: 'GetObject' }, fault: { kind: 'weak-etag' } },
          { match: { operation: 'HeadObject' }, fault: { kind: 'weak-etag' } },
        ]);
        expect(await copy('a.pdf'), `${method} ${size}`).to.include({ kind: 'copied' });
        expect(stored('a.pdf').equals(pdf(size))).to.equal(true);
        if (method !== 's3' || size !== 12 * MIB) await here.close();
      }
    }
  });

  it('reads the file whose name the URL spells, not the one before a # or ?', async () => {
    const { store, copy } = await given();
    store.seed('vendor', 'Report #1.pdf', { bytes: pdf(100, 1) });
    store.seed('vendor', 'Report ', { bytes: pdf(100, 2) });
    await copy('x', { url: `https://${VENDOR_HOST}/Report #1.pdf`, key: targetKey('report.pdf') });
    expect(stored('report.pdf').equals(pdf(100, 1))).to.equal(true);
  });

  it('passes over metadata under a name that is none', async () => {
    const server = createServer((_request, response) => {
      response.socket?.end(
        'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-amz-meta-f\u00f6rderung: 1\r\nx-amz-meta-a(b): 1\r\netag: "x"\r\n\r\nhello',
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { copy } = await given({ source: { hosts: { [VENDOR_HOST]: { endpoint, region: 'us-west-2' } } } });
    const result = await copy('a.txt').finally(() => server.close());
    expect(result).to.include({ kind: 'copied' });
  });

  describe('where a bucket demands something of whatever creates an object', () => {
    const kmsKey = keyArn('us-east-1', OWN_ACCOUNT);
    const DEMANDS: readonly (readonly [string, PolicyDocument, StorageWorldOptions['target']])[] = [
      [
        'an encryption header',
        denies({ Null: { 's3:x-amz-server-side-encryption': 'true' } }),
        { encryption: { kind: 'AES256' } },
      ],
      [
        'its KMS key',
        denies({ StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': kmsKey } }),
        { encryption: { kind: 'aws:kms', keyId: kmsKey } },
      ],
      [
        'If-None-Match',
        denies({ Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } }),
        {},
      ],
      ['signed bodies', denies({ StringEquals: { 's3:x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }), {}],
    ];
    for (const [what, policy, target] of DEMANDS) {
      it(`gives ${what} with every one of them`, async () => {
        for (const method of METHODS) {
          const { store, copy, storage } = await given({
            store: { buckets: ['vendor', { name: 'ours', policy }], minPartBytes: 5 * MIB },
            source: { methods: [method] },
            ...(target !== undefined && { target }),
            storage: { limits: PARTS },
          });
          store.seed('vendor', 'small.pdf', { bytes: pdf(1000) });
          store.seed('vendor', 'parts.pdf', { bytes: pdf(12 * MIB), partBytes: 5 * MIB });
          const signal = new AbortController().signal;
          for (const name of ['small.pdf', 'parts.pdf'])
            expect(await copy(name), `${method} ${name}`).to.include({ kind: 'copied' });
          const again = { ...requestFor('small.pdf', 2), key: targetKey('again.pdf', 2) };
          await storage.copyWithin(targetKey('small.pdf'), again, signal);
          const key = await storage.putRollbackLines('run/1.csv', Buffer.from('Id\n'), signal);
          expect(store.find('ours', key)).to.not.equal(undefined);
          const survey = await storage.surveyTarget(signal);
          expect(survey.capabilities).to.deep.include({ known: true });
          if (method !== METHODS.at(-1)) await here.close();
        }
      });
    }
  });

  it('copies annotations of the vendor’s neither by right nor by default', async () => {
    const { store, copy } = await given({ source: { methods: ['server-side-copy'] } });
    store.seed('vendor', 'a.pdf', { bytes: pdf(100), annotations: ['reviewed'] });
    await copy('a.pdf');
    expect(store.find('ours', targetKey('a.pdf'))?.annotations).to.deep.equal([]);
  });

  it('reaches evidence A in parts too, by the source’s own algorithm', async () => {
    for (const checksum of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
      const { store, copy } = await given({
        source: { methods: ['server-side-copy'] },
        store: {
          buckets: [
            'vendor',
            { name: 'ours', encryption: { kmsKeyId: keyArn('us-east-1', OWN_ACCOUNT), bucketKey: true } },
          ],
        },
      });
      store.seed('vendor', 'a.pdf', { bytes: pdf(12 * MIB), partBytes: 5 * MIB, checksum });
      expect(await copy('a.pdf'), checksum).to.include({ kind: 'copied', evidence: 'A' });
      if (checksum !== 'CRC64NVME') await here.close();
    }
  });

  it('reads the bytes after all where a copy reached less than was promised', async () => {
    const { store, copy } = await given({ source: { methods: ['server-side-copy', 's3'] } });
    // an ETag of parts that were not cut evenly cannot be made again
    store.seed('vendor', 'a.pdf', { bytes: pdf(12 * MIB), partBytes: 5 * MIB, checksum: 'none' });
    store.setFaults([{ match: { operation: 'UploadPartCopy' }, fault: { kind: 'latency', milliseconds: 1 } }]);
    const result = await copy('a.pdf');
    expect(result).to.include({ kind: 'copied', verified: true });
  });

  it('writes a large file where it may not list, on the write’s own condition', async () => {
    const keys = { accessKeyId: 'NOLISTING0000000001', secretAccessKey: 'no-listing-secret' };
    const { store, copy } = await given({
      store: { credentials: [{ ...keys, rights: { vendor: ['read', 'list'], ours: ['read', 'write', 'delete'] } }] },
      storage: { limits: PARTS },
    });
    store.seed('vendor', 'a.pdf', { bytes: pdf(12 * MIB) });
    expect(await copy('a.pdf')).to.include({ kind: 'copied' });
  });

  it('writes without a condition where the store answers it with 501', async () => {
    const { store } = await given();
    const refusing = createServer((request, response) => {
      if (request.method === 'PUT' && request.headers['if-none-match'] !== undefined) {
        response.writeHead(501, { 'content-type': 'application/xml', connection: 'close' });
        response.end('<Error><Code>NotImplemented</Code><Message>A header you provided</Message></Error>');
        return;
      }
      forward(store.url, request, response);
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    const [admin] = store.credentials;
    const second = await storageWorld({ target: { endpoint, credentials: { kind: 'keys', ...admin } } });
    second.store.seed('vendor', 'a.pdf', { bytes: pdf(100) });
    const result = await second.copy('a.pdf');
    await second.close();
    refusing.closeAllConnections();
    refusing.close();
    expect(result).to.include({ kind: 'copied' });
  });

  it('ends one document where the target refuses one name, and stops where its key is disabled', async () => {
    const policy: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: 'arn:aws:s3:::ours/uploads/acme/*/closed.pdf',
        },
      ],
    };
    const { store, copy } = await given({ store: { buckets: ['vendor', { name: 'ours', policy }] } });
    store.seed('vendor', 'a.pdf', { bytes: pdf(100) });
    await copy('a.pdf');
    expect(await copy('a.pdf', { key: targetKey('closed.pdf', 2) })).to.include({
      kind: 'failed',
      code: 'target-denied',
    });
    store.setFaults([{ match: { operation: 'PutObject' }, fault: { kind: 'error', code: 'KMS.DisabledException' } }]);
    expect((await failureOf(copy('a.pdf', { key: targetKey('c.pdf', 3) }))).code).to.equal('target-kms');
  });

  describe('of an archived file', () => {
    const archived = { restoreArchived: { days: 7, tier: 'Standard' } } as const;
    const names = (result: CopyResult): string => ('message' in result ? result.message : result.kind);

    it('asks for its restore without days where it comes back for good', async () => {
      const { store, copy } = await given({ source: archived });
      store.seed('vendor', 'a.pdf', {
        bytes: pdf(100),
        storageClass: 'INTELLIGENT_TIERING',
        archiveStatus: 'ARCHIVE_ACCESS',
      });
      expect(names(await copy('a.pdf'))).to.match(/restore has been asked for/);
    });

    it('asks for the restore of the key that is really there', async () => {
      const { store, copy } = await given({ source: archived });
      store.seed('vendor', 'a+b.pdf', { bytes: pdf(100), storageClass: 'GLACIER' });
      const url = `https://${VENDOR_HOST}/a+b.pdf`;
      expect(names(await copy('x', { url, key: targetKey('a.pdf') }))).to.match(/restore has been asked for/);
    });

    it('stays archived where an expedited restore cannot be had', async () => {
      const { store, copy } = await given({ source: { restoreArchived: { days: 7, tier: 'Expedited' } } });
      store.seed('vendor', 'a.pdf', { bytes: pdf(100), storageClass: 'GLACIER' });
      store.setFaults([
        {
          match: { operation: 'RestoreObject' },
          fault: { kind: 'error', code: 'GlacierExpeditedRetrievalNotAvailable' },
        },
      ]);
      const result = await copy('a.pdf');
      expect(result.kind).to.equal('archived');
      expect(names(result)).to.match(/could not be restored/);
    });
  });

  it('plans a copy inside Amazon by whichever of its endpoints, and none between partitions', async () => {
    await given();
    const first = async (target: StorageWorldOptions['target'], url: string): Promise<string | undefined> => {
      const there = await storageWorld({
        target: { endpoint: undefined, ...target },
        source: { methods: ['server-side-copy', 's3'], hosts: {} },
      });
      const plan = there.storage.plan({ ...requestFor('a.pdf'), url });
      await there.close();
      return plan.kind === 'copy' ? plan.methods[0] : plan.kind;
    };
    const commercial = 'https://vendor.s3.us-west-2.amazonaws.com/a.pdf';
    const ENDPOINTS = [
      undefined,
      'https://s3.us-west-2.amazonaws.com',
      'https://s3.dualstack.us-west-2.amazonaws.com',
      'https://s3-fips.us-west-2.amazonaws.com',
      'https://bucket.vpce-1a2b3c-4d.s3.us-west-2.vpce.amazonaws.com',
    ];
    for (const endpoint of ENDPOINTS) {
      expect(await first({ endpoint, region: 'us-west-2' }, commercial), String(endpoint)).to.equal('server-side-copy');
    }
    const fromVpc = { endpoint: ENDPOINTS.at(-1), region: 'us-west-2' };
    expect(await first(fromVpc, urlOf('a.pdf').replace('us-west-2', 'eu-west-1'))).to.equal('s3');
    for (const region of ['us-gov-west-1', 'cn-north-1', 'eusc-de-east-1']) {
      expect(await first({ region }, commercial), region).to.equal('s3');
    }
  });
});

function forward(origin: string, request: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', headers, url = '' } = request;
  const up = httpRequest(`${origin}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  request.pipe(up);
}
