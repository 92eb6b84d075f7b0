import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../plugin/src/model/failure.ts';
import type { Copied, CopyResult } from '../../plugin/src/model/copy-outcome.ts';
import {
  pdf,
  requestFor,
  targetKey,
  storageWorld,
  type StorageWorld,
  type StorageWorldOptions,
} from '@file-migration/kit/storage/storage-world';

const MIB = 1024 * 1024;
const reader = { accessKeyId: 'READERWITHOUTLISTING', secretAccessKey: 'reader-secret-0123456789' };

let here: StorageWorld;

async function given(options: StorageWorldOptions = {}): Promise<StorageWorld> {
  here = await storageWorld(options);
  return here;
}

function copied(result: CopyResult): Copied {
  if (result.kind !== 'copied') throw new Error(`not copied: ${JSON.stringify(result)}`);
  return result;
}

function stored(name: string): Buffer {
  return here.store.read('ours', targetKey(name));
}

async function failureOf(copy: Promise<unknown>): Promise<Failure> {
  try {
    await copy;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('copying a file', () => {
  afterEach(() => here.close());

  describe('through us, over S3', () => {
    it('stores the very bytes, with type, name and metadata', async () => {
      const { store, copy } = await given();
      store.seed('vendor', 'in/Öffer & co.pdf', {
        bytes: pdf(20_000),
        contentType: 'application/octet-stream',
        headers: { 'content-encoding': 'br' },
      });
      const result = copied(await copy('in/Öffer & co.pdf', { key: targetKey('x.pdf') }));
      expect(result).to.include({
        method: 's3',
        evidence: 'B',
        verified: true,
        alreadyThere: false,
        substitute: false,
      });
      expect(result.sha256).to.equal(createHash('sha256').update(pdf(20_000)).digest('hex'));
      expect(stored('x.pdf').equals(pdf(20_000))).to.equal(true);
      const headers = store.find('ours', targetKey('x.pdf'))?.headers;
      expect(headers).to.include({
        'content-type': 'application/pdf',
        'content-encoding': 'br',
        'x-amz-meta-file-migration-revision': '1',
      });
      expect(headers?.['content-disposition']).to.match(
        /^attachment; filename=".*"; filename\*=UTF-8''%C3%96ffer%20%26%20co\.pdf$/,
      );
    });

    it('copies an empty file', async () => {
      const { store, copy } = await given();
      store.seed('vendor', 'empty.pdf', { bytes: '' });
      expect(copied(await copy('empty.pdf')).target.size).to.equal(0);
      expect(stored('empty.pdf')).to.have.length(0);
    });

    it('reaches A where the source has a SHA-256, and D where it has nothing', async () => {
      const { store, copy } = await given();
      store.seed('vendor', 'sha.pdf', { bytes: pdf(3000), checksum: 'SHA256' });
      expect(copied(await copy('sha.pdf')).evidence).to.equal('A');
      store.seed('vendor', 'odd.pdf', { bytes: pdf(3000), checksum: 'none', partBytes: 777 });
      expect(copied(await copy('odd.pdf', requestFor('odd.pdf', 2))).evidence).to.equal('D');
    });

    describe('hashing only when needed', () => {
      const whenNeeded = { storage: { contentHash: 'when-needed' } } as const;

      it('has the target check the bytes with the source’s values, and reaches the same evidence without a hash', async () => {
        const { store, copy } = await given(whenNeeded);
        store.seed('vendor', 'md5.pdf', { bytes: pdf(300_000), checksum: 'none' });
        const byMd5 = copied(await copy('md5.pdf'));
        expect(byMd5).to.include({ evidence: 'B', verified: true }).and.not.have.property('sha256');
        store.seed('vendor', 'crc.pdf', { bytes: pdf(3000), checksum: 'CRC64NVME' });
        expect(copied(await copy('crc.pdf', requestFor('crc.pdf', 2)))).to.include({ evidence: 'A' });
      });

      it('hashes where the source has no value that could be sent along', async () => {
        const { store, copy } = await given(whenNeeded);
        store.seed('vendor', 'odd.pdf', { bytes: pdf(3000), checksum: 'none', partBytes: 777 });
        const result = copied(await copy('odd.pdf'));
        expect(result.evidence).to.equal('D');
        expect(result.sha256).to.equal(createHash('sha256').update(pdf(3000)).digest('hex'));
      });

      it('never stores a silently corrupted body', async () => {
        const { store, copy } = await given(whenNeeded);
        store.seed('vendor', 'x.pdf', { bytes: pdf(50_000) });
        store.setFaults([{ match: { operation: 'GetObject' }, fault: { kind: 'corrupt' } }]);
        expect(await copy('x.pdf')).to.include({ kind: 'retry', code: 'source-damaged-in-transit' });
        expect(store.find('ours', targetKey('x.pdf'))).to.equal(undefined);
      });

      it('takes nobody else’s object for its own', async () => {
        const { store, copy } = await given(whenNeeded);
        store.seed('vendor', 'x.pdf', { bytes: pdf(500) });
        store.seed('ours', targetKey('x.pdf'), { bytes: 'somebody else’s' });
        expect(await copy('x.pdf')).to.include({ kind: 'failed', code: 'target-occupied' });
      });

      it('resolves a PUT whose answer was lost by what is there', async () => {
        const { store, copy, storage } = await given(whenNeeded);
        await storage.surveyTarget(new AbortController().signal);
        store.seed('vendor', 'x.pdf', { bytes: pdf(500) });
        store.setFaults([{ match: { operation: 'PutObject', times: 1 }, fault: { kind: 'cut', acted: true } }]);
        expect(copied(await copy('x.pdf'))).to.include({ alreadyThere: true, evidence: 'A' });
      });
    });

    it('writes large files in parts and recomputes the source’s multipart ETag', async () => {
      const { store, copy } = await given({ storage: { limits: { multipartThreshold: 6 * MIB, partBytes: 5 * MIB } } });
      const content = pdf(13 * MIB + 5);
      store.seed('vendor', 'large.pdf', { bytes: content, checksum: 'none', partBytes: 5 * MIB });
      const result = copied(await copy('large.pdf'));
      expect(result.evidence).to.equal('C');
      expect(stored('large.pdf').equals(content)).to.equal(true);
      expect(store.unfinishedUploads('ours')).to.deep.equal([]);
      const again = copied(await copy('large.pdf'));
      expect(again).to.include({ alreadyThere: true, sha256: result.sha256 });
    });

    it('reads the key with its plus sign where there is none with a space', async () => {
      const { store, copy } = await given();
      store.seed('vendor', 'a+b.pdf', { bytes: pdf(100) });
      const url = requestFor('x').url.replace(/x$/, 'a+b.pdf');
      expect(copied(await copy('a.pdf', { url })).target.size).to.equal(100);
    });
  });

  describe('within the store', () => {
    const within: StorageWorldOptions = { source: { methods: ['server-side-copy', 's3'] } };

    it('asks for the source’s checksum and reaches A, without a byte through us', async () => {
      const { store, copy } = await given(within);
      store.seed('vendor', 'a b+c#?.pdf', { bytes: pdf(5000), tags: 'secret=yes' });
      const result = copied(await copy('a b+c#?.pdf', { key: targetKey('x.pdf') }));
      expect(result).to.include({ method: 'server-side-copy', evidence: 'A', verified: true });
      expect(store.traffic.count('GetObject')).to.equal(0);
      expect(store.find('ours', targetKey('x.pdf'))).to.deep.include({ tags: undefined });
      expect(stored('x.pdf').equals(pdf(5000))).to.equal(true);
    });

    it('copies multipart sources part by part to the same ETag', async () => {
      const { store, copy } = await given(within);
      const content = pdf(12 * MIB);
      const source = store.seed('vendor', 'p.pdf', { bytes: content, checksum: 'none', partBytes: 5 * MIB });
      const result = copied(await copy('p.pdf'));
      expect(result).to.include({ method: 'server-side-copy', evidence: 'C' });
      expect(result.target.etag).to.equal(source.etag.replaceAll('"', ''));
      expect(stored('p.pdf').equals(content)).to.equal(true);
    });

    it('streams instead where a server-side copy could not be verified', async () => {
      const { store, copy } = await given(within);
      store.seed('vendor', 'odd.pdf', { bytes: pdf(3000), checksum: 'none', partBytes: 777 });
      const result = copied(await copy('odd.pdf'));
      expect(result).to.include({ method: 's3', evidence: 'D', verified: true });
      expect(stored('odd.pdf').equals(pdf(3000))).to.equal(true);
    });

    it('takes an error in a 200 for what it is', async () => {
      const { store, copy } = await given(within);
      store.setFaults([
        {
          match: { operation: 'CopyObject', resource: 'vendor|ours/uploads/acme', times: 1 },
          fault: { kind: 'error-in-200', code: 'InternalError' },
        },
      ]);
      store.seed('vendor', 'x.pdf', { bytes: pdf(500) });
      expect(copied(await copy('x.pdf')).evidence).to.equal('A');
    });

    it('knows its own copy after an answer was lost', async () => {
      const { store, copy, storage } = await given(within);
      await storage.surveyTarget(new AbortController().signal);
      store.seed('vendor', 'x.pdf', { bytes: pdf(500) });
      store.setFaults([{ match: { operation: 'CopyObject', times: 1 }, fault: { kind: 'cut', acted: true } }]);
      expect(copied(await copy('x.pdf'))).to.include({ alreadyThere: true, evidence: 'A' });
    });

    it('looks first where CopyObject ignores If-None-Match', async () => {
      const { store, copy } = await given({ ...within, store: { conditionalCopy: false } });
      store.seed('vendor', 'x.pdf', { bytes: pdf(500) });
      store.seed('ours', targetKey('x.pdf'), { bytes: 'somebody else’s' });
      expect(await copy('x.pdf')).to.include({ kind: 'failed', code: 'target-occupied' });
      expect(stored('x.pdf').toString()).to.equal('somebody else’s');
    });

    it('falls back to reading where the target’s principal may not read, and remembers it', async () => {
      const writer = {
        accessKeyId: 'WRITESTARGETONLY0001',
        secretAccessKey: 'writer-secret-0123456789',
        rights: { ours: ['read', 'list', 'write', 'delete'] as const },
      };
      const { store, storage } = await given({
        store: {
          credentials: [{ accessKeyId: 'ADMINOFTHESTORE00001', secretAccessKey: 'admin-secret-01234567890' }, writer],
        },
        target: { credentials: { kind: 'keys', ...writer } },
        ...within,
      });
      for (let n = 1; n <= 6; n++) store.seed('vendor', `${n}.pdf`, { bytes: pdf(500, n) });
      const { signal } = new AbortController();
      for (let n = 1; n <= 6; n++)
        expect(copied(await storage.copy(requestFor(`${n}.pdf`, n), signal)).method).to.equal('s3');
      expect(
        store.traffic.recent().filter(({ operation, status }) => operation === 'HeadObject' && status === 403),
      ).to.have.length(3);
    });
  });

  describe('in bad weather', () => {
    it('stores nothing of a body that is cut or short, and all of it when it comes whole', async () => {
      const { store, copy } = await given();
      store.seed('vendor', 'x.pdf', { bytes: pdf(50_000) });
      store.setFaults([
        { match: { operation: 'GetObject', nth: 1 }, fault: { kind: 'cut-body', afterBytes: 20_000 } },
        { match: { operation: 'GetObject', nth: 2 }, fault: { kind: 'short-body', bytes: 30_000 } },
      ]);
      copied(await copy('x.pdf'));
      expect(stored('x.pdf').equals(pdf(50_000))).to.equal(true);
    });

    it('never stores a silently corrupted body', async () => {
      const { store, copy } = await given();
      store.seed('vendor', 'x.pdf', { bytes: pdf(50_000) });
      store.setFaults([{ match: { operation: 'GetObject' }, fault: { kind: 'corrupt' } }]);
      expect(await copy('x.pdf')).to.include({ kind: 'retry', code: 'source-damaged-in-transit' });
      expect(store.find('ours', targetKey('x.pdf'))).to.equal(undefined);
      store.setFaults();
      copied(await copy('x.pdf'));
    });

    it('goes on in the middle of a large file that is cut, pinned to the same object', async () => {
      const { store, copy } = await given({ storage: { limits: { multipartThreshold: 6 * MIB, partBytes: 5 * MIB } } });
      store.seed('vendor', 'x.pdf', { bytes: pdf(12 * MIB) });
      store.setFaults([
        { match: { operation: 'GetObject', nth: 1 }, fault: { kind: 'cut-body', afterBytes: 7 * MIB } },
      ]);
      copied(await copy('x.pdf'));
      expect(stored('x.pdf').equals(pdf(12 * MIB))).to.equal(true);
      expect(store.traffic.count('GetObject')).to.equal(2);
    });

    it('does not mix two contents when the source changes between two reads', async () => {
      const { store, copy } = await given({ storage: { limits: { multipartThreshold: 6 * MIB, partBytes: 5 * MIB } } });
      store.seed('vendor', 'x.pdf', { bytes: pdf(12 * MIB) });
      store.setFaults([
        { match: { operation: 'GetObject', nth: 1 }, fault: { kind: 'cut-body', afterBytes: 7 * MIB } },
        { match: { operation: 'GetObject', nth: 2 }, fault: { kind: 'latency', milliseconds: 500 } },
      ]);
      const copying = copy('x.pdf');
      while (store.traffic.count('GetObject') === 0) await sleep(5);
      store.seed('vendor', 'x.pdf', { bytes: pdf(12 * MIB, 2) });
      const result = await copying;
      const reads = store.traffic.recent().filter(({ operation }) => operation === 'GetObject');
      expect(reads.map(({ status }) => status).slice(0, 2), 'the second read is refused').to.deep.equal([200, 412]);
      if (result.kind !== 'copied') copied(await copy('x.pdf'));
      expect(store.unfinishedUploads('ours')).to.deep.equal([]);
      expect(stored('x.pdf').equals(pdf(12 * MIB, 2)), 'the new content, whole').to.equal(true);
    });

    it('weathers a storm of 503', async () => {
      const { store, storage } = await given();
      for (let n = 1; n <= 40; n++) store.seed('vendor', `${n}.pdf`, { bytes: pdf(500, n) });
      store.setFaults([{ match: { probability: 0.3 }, fault: { kind: 'error', code: 'SlowDown' } }], 7);
      const { signal } = new AbortController();
      let left = Array.from({ length: 40 }, (_, n) => n + 1);
      while (left.length > 0) {
        const results = await Promise.all(left.map((n) => storage.copy(requestFor(`${n}.pdf`, n), signal)));
        for (const result of results) expect(result.kind).to.be.oneOf(['copied', 'retry']);
        left = left.filter((_, at) => results[at]?.kind === 'retry');
      }
      expect(storage.load().source.limit).to.be.below(32);
    });

    it('resolves a PUT whose answer was lost by what is there', async () => {
      const { store, copy, storage } = await given();
      await storage.surveyTarget(new AbortController().signal);
      store.seed('vendor', 'x.pdf', { bytes: pdf(500) });
      store.setFaults([{ match: { operation: 'PutObject', times: 1 }, fault: { kind: 'cut', acted: true } }]);
      expect(copied(await copy('x.pdf'))).to.include({ alreadyThere: true, evidence: 'B' });
    });

    it('resolves a Complete whose answer was lost', async () => {
      const { store, copy } = await given({ storage: { limits: { multipartThreshold: 6 * MIB, partBytes: 5 * MIB } } });
      store.seed('vendor', 'x.pdf', { bytes: pdf(12 * MIB) });
      store.setFaults([
        { match: { operation: 'CompleteMultipartUpload', times: 1 }, fault: { kind: 'cut', acted: true } },
      ]);
      copied(await copy('x.pdf'));
      expect(stored('x.pdf').equals(pdf(12 * MIB))).to.equal(true);
    });

    it('has exactly one winner when two contents race for one key', async () => {
      const { store, storage } = await given();
      store.seed('vendor', 'a.pdf', { bytes: pdf(900, 1) });
      store.seed('vendor', 'b.pdf', { bytes: pdf(900, 2) });
      const { signal } = new AbortController();
      const key = targetKey('x.pdf');
      const results = await Promise.all(
        ['a.pdf', 'b.pdf'].map((name) => storage.copy({ ...requestFor(name), key }, signal)),
      );
      expect(results.map(({ kind }) => kind).toSorted()).to.deep.equal(['copied', 'failed']);
      const winner = results[0]?.kind === 'copied' ? 1 : 2;
      expect(stored('x.pdf').equals(pdf(900, winner))).to.equal(true);
    });
  });

  describe('that cannot be had', () => {
    it('tells missing, denied, archived and another store’s bucket apart', async () => {
      const { store, copy } = await given();
      store.seed('vendor', 'cold.pdf', { bytes: pdf(10), storageClass: 'DEEP_ARCHIVE' });
      store.seed('vendor', 'closed.pdf', { bytes: pdf(10), denied: true });
      expect(await copy('gone.pdf')).to.include({ kind: 'missing', code: 'source-missing' });
      expect(await copy('cold.pdf')).to.include({ kind: 'archived', code: 'source-archived' });
      expect(await copy('closed.pdf')).to.include({ kind: 'denied', code: 'source-denied' });
      expect(await copy('x.pdf', { url: 'https://vendor.s3.us-west-2.amazonaws.com/' })).to.deep.equal({
        kind: 'skipped',
        rule: 'unparseable-url',
      });
    });

    it('never takes denied for missing where the reader may not list', async () => {
      const limited = { ...reader, rights: { vendor: ['read'] as const } };
      const { copy, storage } = await given({
        store: {
          credentials: [{ accessKeyId: 'ADMINOFTHESTORE00001', secretAccessKey: 'admin-secret-01234567890' }, limited],
        },
        source: { methods: ['s3', 'https'], credentials: { kind: 'keys', ...reader } },
      });
      expect(await copy('gone.pdf')).to.include({ kind: 'denied', code: 'source-denied' });
      const survey = await storage.surveySource(requestFor('gone.pdf').url, new AbortController().signal);
      expect(survey.deniedMayMeanMissing).to.deep.equal({ known: true, value: true });
      expect(survey.readable).to.include({ known: false, because: 'denied' });
    });

    it('leaves out what is too large, before a byte of it is read', async () => {
      const { store, copy } = await given({ source: { maxBytes: 1000 } });
      store.seed('vendor', 'x.pdf', { bytes: pdf(1001) });
      expect(await copy('x.pdf')).to.deep.equal({ kind: 'skipped', rule: 'too-large' });
    });

    it('stops everything for wrong credentials, a missing bucket or a wrong region of the target', async () => {
      const { store, copy } = await given({
        target: { credentials: { kind: 'keys', accessKeyId: 'NOBODYKNOWSTHISKEY01', secretAccessKey: 'x' } },
      });
      store.seed('vendor', 'x.pdf', { bytes: pdf(10) });
      expect(await failureOf(copy('x.pdf'))).to.include({ code: 'target-bad-credentials', failureClass: 'stop' });
      await here.close();
      await given({ target: { bucket: 'nowhere' } });
      here.store.seed('vendor', 'x.pdf', { bytes: pdf(10) });
      expect(await failureOf(here.copy('x.pdf'))).to.include({ code: 'target-bucket-missing', failureClass: 'stop' });
      await here.close();
      await given({ target: { region: 'eu-central-1' } });
      here.store.seed('vendor', 'x.pdf', { bytes: pdf(10) });
      expect(await failureOf(here.copy('x.pdf'))).to.include({ code: 'target-wrong-region', failureClass: 'stop' });
    });

    it('stops for a clock that is wrong', async () => {
      const { store, copy } = await given({ store: { clock: () => new Date(Date.now() + 3_600_000) } });
      store.seed('vendor', 'x.pdf', { bytes: pdf(10) });
      expect(await failureOf(copy('x.pdf'))).to.include({ code: 'clock-skew', failureClass: 'stop' });
    });

    it('gives the document back when it is cancelled', async () => {
      const { store, storage } = await given();
      store.seed('vendor', 'x.pdf', { bytes: pdf(10) });
      store.setFaults([{ match: { operation: 'GetObject' }, fault: { kind: 'stall' } }]);
      const cancel = new AbortController();
      setTimeout(() => cancel.abort(), 100);
      expect(await storage.copy(requestFor('x.pdf'), cancel.signal)).to.deep.equal({ kind: 'released' });
      expect(storage.load().source.inFlight).to.equal(0);
    });
  });

  it('lists the target and reads objects back', async () => {
    const { store, copy, storage } = await given();
    store.seed('vendor', 'ä +&.pdf', { bytes: pdf(10) });
    copied(await copy('ä +&.pdf'));
    const { signal } = new AbortController();
    const keys: string[] = [];
    for await (const { key } of storage.listTarget('uploads/', signal)) keys.push(key);
    expect(keys).to.deep.equal([targetKey('ä +&.pdf')]);
    const { sha256 } = await storage.targetSha256(targetKey('ä +&.pdf'), signal);
    expect(sha256).to.equal(createHash('sha256').update(pdf(10)).digest('hex'));
  });

  it('surveys the target', async () => {
    const { storage } = await given();
    const survey = await storage.surveyTarget(new AbortController().signal);
    expect(survey.writable).to.deep.equal({ known: true, value: true });
    expect(survey.capabilities).to.deep.equal({
      known: true,
      value: {
        conditionalPut: true,
        conditionalCopy: true,
        checksums: true,
        md5Etags: true,
        verifiesMd5: true,
        probeRemoved: true,
      },
    });
    expect(survey.publicAccessBlocked).to.deep.equal({ known: true, value: true });
    expect(survey.versioning).to.deep.equal({ known: true, value: 'off' });
    expect(survey.clockSkewMs).to.deep.equal({ known: true, value: 0 });
    expect([...here.store.list('ours')]).to.deep.equal([]);
    const written = here.store.traffic.recent().filter(({ operation }) => operation === 'PutObject');
    expect(written).to.have.length.greaterThan(0);
    for (const { key } of written) expect(key).to.match(/^uploads\/\.file-migration\/probe\//);
  });

  it('says so when the probe of the target cannot be removed', async () => {
    const rights = { vendor: ['read', 'list'], ours: ['read', 'list', 'write', 'configuration'] } as const;
    const migrator = {
      accessKeyId: 'NODELETE000000000001',
      secretAccessKey: 'no-secret-0123456789abcdef0123456789abcd',
    };
    const { storage } = await given({ store: { buckets: ['vendor', 'ours'], credentials: [{ ...migrator, rights }] } });
    const { capabilities } = await storage.surveyTarget(new AbortController().signal);
    expect(capabilities).to.have.nested.property('value.probeRemoved', false);
  });
});
