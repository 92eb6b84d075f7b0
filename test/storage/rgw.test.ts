import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import type { CopyRequest } from '../../plugin/src/storage/copy-result.ts';
import type { CopyResult } from '../../plugin/src/model/copy-outcome.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import { createStorage } from '../../plugin/src/storage/create-storage.ts';
import type { LimitOptions } from '../../plugin/src/storage/storage-options.ts';
import type { Storage } from '../../plugin/src/storage/storage.ts';
import { describeServer, rgwUnderTest } from '@file-migration/stand-ins/s3-servers/servers-under-test';
import { rgwBuckets, type RgwBuckets } from '@file-migration/stand-ins/s3-servers/rgw-buckets';
import { ORGANIZATION, pdf, requestFor, targetKey } from '@file-migration/kit/storage/storage-world';

const MIB = 1024 * 1024;
const HOST = 'vendor.example';
const { signal } = new AbortController();

describeServer(rgwUnderTest().start, 'copying within Ceph RGW', (begin) => {
  let rgw: RgwBuckets;
  const opened: Storage[] = [];

  before(async () => {
    rgw = await rgwBuckets(await begin());
  });
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
  });
  after(() => rgw.remove());

  function storage(methods: readonly CopyMethod[], limits: LimitOptions = {}): Storage {
    const { endpoint, region, owner } = rgw.server;
    const place = { endpoint, region, pathStyle: true, credentials: { kind: 'keys', ...owner } } as const;
    const made = createStorage({
      organizationId: ORGANIZATION,
      target: { ...place, bucket: rgw.ours, prefix: 'uploads/' },
      source: { methods, credentials: place.credentials, hosts: { [HOST]: { ...place, bucket: rgw.vendor } } },
      limits,
    });
    opened.push(made);
    return made;
  }

  const asked = (key: string, number: number): CopyRequest => ({
    ...requestFor(key, number),
    url: `https://${HOST}/${encodeURIComponent(key)}`,
  });
  const copyBy = (
    methods: readonly CopyMethod[],
    key: string,
    number: number,
    limits?: LimitOptions,
  ): Promise<CopyResult> => storage(methods, limits).copy(asked(key, number), signal);

  async function seed(Bucket: string, Key: string, Body: Buffer): Promise<void> {
    await rgw.client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: Body.length }));
  }

  /** Uploads in parts, as a vendor's tools do with large files. */
  async function seedInParts(Key: string, content: Buffer, partBytes: number): Promise<void> {
    const place = { Bucket: rgw.vendor, Key };
    const { UploadId } = await rgw.client.send(new CreateMultipartUploadCommand(place));
    const Parts = [];
    for (let start = 0, PartNumber = 1; start < content.length; start += partBytes, PartNumber++) {
      const Body = content.subarray(start, start + partBytes);
      const part = { ...place, UploadId, PartNumber, Body, ContentLength: Body.length };
      const { ETag } = await rgw.client.send(new UploadPartCommand(part));
      Parts.push({ PartNumber, ETag });
    }
    await rgw.client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }));
  }

  async function storedSha256(number: number, name: string): Promise<string> {
    const { Body } = await rgw.client.send(new GetObjectCommand({ Bucket: rgw.ours, Key: targetKey(name, number) }));
    return sha256((await Body?.transformToByteArray()) ?? new Uint8Array());
  }

  it('streams a file and proves it by the MD5 that both return', async () => {
    await seed(rgw.vendor, 'small.pdf', pdf(30_000));
    const result = await copyBy(['s3'], 'small.pdf', 1);
    expect(result).to.include({ kind: 'copied', method: 's3', evidence: 'B', alreadyThere: false });
    expect(result).to.include({ sha256: sha256(pdf(30_000)) });
    expect(await storedSha256(1, 'small.pdf')).to.equal(sha256(pdf(30_000)));
    const found = await rgw.client.send(new HeadObjectCommand({ Bucket: rgw.ours, Key: targetKey('small.pdf', 1) }));
    expect(found.ContentType).to.equal('application/pdf');
    expect(found.Metadata).to.include({ 'file-migration-revision': '1', 'file-migration-org': ORGANIZATION });
  });

  it('lets the store copy within itself, and proves that too', async () => {
    await seed(rgw.vendor, 'a b+c#ü.pdf', pdf(40_000));
    const result = await copyBy(['server-side-copy'], 'a b+c#ü.pdf', 2);
    expect(result).to.include({ kind: 'copied', method: 'server-side-copy', evidence: 'B', alreadyThere: false });
    expect(await storedSha256(2, 'a b+c#ü.pdf')).to.equal(sha256(pdf(40_000)));
  });

  it('reads and writes large files in parts, and recomputes the source’s ETag', async () => {
    const content = pdf(17 * MIB + 11);
    await seedInParts('large.pdf', content, 5 * MIB);
    const result = await copyBy(['s3'], 'large.pdf', 3, { multipartThreshold: 6 * MIB, partBytes: 5 * MIB });
    expect(result).to.include({ kind: 'copied', evidence: 'C', sha256: sha256(content), alreadyThere: false });
    expect(await storedSha256(3, 'large.pdf')).to.equal(sha256(content));
    const { Uploads = [] } = await rgw.client.send(new ListMultipartUploadsCommand({ Bucket: rgw.ours }));
    expect(Uploads, 'unfinished uploads').to.deep.equal([]);
  });

  it('copies large files within the store part by part, to the same ETag', async () => {
    const content = pdf(11 * MIB);
    await seedInParts('parts.pdf', content, 5 * MIB);
    const result = await copyBy(['server-side-copy'], 'parts.pdf', 4);
    expect(result).to.include({ kind: 'copied', method: 'server-side-copy', evidence: 'C' });
    expect(await storedSha256(4, 'parts.pdf')).to.equal(sha256(content));
  });

  for (const [method, number] of [
    ['s3', 5],
    ['server-side-copy', 6],
  ] as const) {
    it(`knows its own copy again by ${method}, and writes it only once`, async () => {
      await seed(rgw.vendor, 'again.pdf', pdf(9_000, number));
      const first = await copyBy([method], 'again.pdf', number);
      const second = await copyBy([method], 'again.pdf', number);
      expect(first).to.include({ kind: 'copied', alreadyThere: false });
      expect(second).to.include({ kind: 'copied', alreadyThere: true, evidence: 'B' });
    });

    it(`overwrites nothing that somebody else has put there, by ${method}`, async () => {
      const foreign = Buffer.from('somebody else’s');
      await seed(rgw.vendor, 'taken.pdf', pdf(8_000, number));
      await seed(rgw.ours, targetKey('taken.pdf', number + 10), foreign);
      const result = await copyBy([method], 'taken.pdf', number + 10);
      expect(result).to.include({ kind: 'failed', code: 'target-occupied' });
      expect(await storedSha256(number + 10, 'taken.pdf')).to.equal(sha256(foreign));
    });
  }

  it('has one winner when two contents race for one key', async () => {
    const contents = [pdf(20_000, 21), pdf(20_000, 22)];
    for (const [nth, content] of contents.entries()) await seed(rgw.vendor, `race-${nth}.pdf`, content);
    const here = storage(['s3']);
    const key = targetKey('race.pdf', 21);
    const results = await Promise.all(
      contents.map((_, nth) => here.copy({ ...asked(`race-${nth}.pdf`, 21), key }, signal)),
    );
    const winners = results.flatMap((result) => (result.kind === 'copied' ? [result.sha256] : []));
    expect(winners, JSON.stringify(results)).to.have.length(1);
    expect(await storedSha256(21, 'race.pdf')).to.equal(winners[0]);
    expect(results.find(({ kind }) => kind !== 'copied')).to.include({ code: 'target-occupied' });
  });

  it('keeps its connections over HEAD, found or not', async () => {
    const here = storage(['server-side-copy'], { initialConcurrency: 1, maxConcurrency: 1 });
    await seed(rgw.vendor, 'kept.pdf', pdf(100));
    const connected = await connectionsDuring(async () => {
      for (let number = 31; number < 37; number++) {
        expect(await here.copy({ ...asked('kept.pdf', number) }, signal)).to.include({ kind: 'copied' });
      }
    });
    // One to the source and one to the target at most, whatever was asked.
    expect(connected).to.be.at.most(2);
  });
});

async function connectionsDuring(work: () => Promise<void>): Promise<number> {
  const { channel } = await import('node:diagnostics_channel');
  let connected = 0;
  const count = (): void => {
    connected++;
  };
  const opened = channel('net.client.socket');
  opened.subscribe(count);
  try {
    await work();
  } finally {
    opened.unsubscribe(count);
  }
  return connected;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
