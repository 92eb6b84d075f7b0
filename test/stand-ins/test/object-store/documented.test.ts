import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  RestoreObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { createDigest } from '../../object-store/checksums.ts';
import { startObjectStore, type ObjectStore, type ObjectStoreOptions } from '../../object-store/server.ts';
import { refusal } from './refusal.ts';

const partBytes = 5 * 1024 ** 2;

describe('what S3 documents, in the object store stand-in', () => {
  let store: ObjectStore;
  let client: S3Client;
  const start = async (options: ObjectStoreOptions = {}) => {
    store = await startObjectStore({ buckets: ['vendor', 'target'], complain: () => undefined, ...options });
    const [credentials] = store.credentials;
    client = new S3Client({
      endpoint: store.url,
      region: store.region,
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
  };
  afterEach(async () => {
    client.destroy();
    await store.close();
  });

  async function uploadTwoParts(): Promise<{
    UploadId: string;
    parts: { PartNumber: number; ETag: string }[];
    bytes: Buffer;
  }> {
    const bytes = Buffer.alloc(partBytes + 100, 7);
    const at = { Bucket: 'target', Key: 'm' };
    const begun = await client.send(
      new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' }),
    );
    const UploadId = begun.UploadId ?? '';
    const parts = [];
    for (const [index, Body] of [bytes.subarray(0, partBytes), bytes.subarray(partBytes)].entries()) {
      const { ETag = '' } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: index + 1, Body }));
      parts.push({ PartNumber: index + 1, ETag });
    }
    return { UploadId, parts, bytes };
  }

  it('takes the whole object’s checksum with Complete, and refuses a wrong one', async () => {
    await start();
    const { UploadId, parts, bytes } = await uploadTwoParts();
    const digest = createDigest('CRC32C');
    digest.update(bytes);
    const complete = (ChecksumCRC32C: string) =>
      client.send(
        new CompleteMultipartUploadCommand({
          Bucket: 'target',
          Key: 'm',
          UploadId,
          MultipartUpload: { Parts: parts },
          ChecksumCRC32C,
          ChecksumType: 'FULL_OBJECT',
        }),
      );
    expect((await refusal(complete('AAAAAA=='))).name).to.equal('BadDigest');
    expect((await complete(digest.base64())).ChecksumCRC32C).to.equal(digest.base64());
  });

  it('answers a second Complete as the first', async () => {
    await start();
    const { UploadId, parts } = await uploadTwoParts();
    const complete = () =>
      client.send(
        new CompleteMultipartUploadCommand({ Bucket: 'target', Key: 'm', UploadId, MultipartUpload: { Parts: parts } }),
      );
    const first = await complete();
    expect((await complete()).ETag).to.equal(first.ETag);
  });

  it('lists the parts of an upload that was begun with an algorithm', async () => {
    await start();
    const { UploadId, parts } = await uploadTwoParts();
    await client.send(
      new CompleteMultipartUploadCommand({ Bucket: 'target', Key: 'm', UploadId, MultipartUpload: { Parts: parts } }),
    );
    const { ObjectParts } = await client.send(
      new GetObjectAttributesCommand({ Bucket: 'target', Key: 'm', ObjectAttributes: ['ObjectParts'] }),
    );
    expect(ObjectParts?.Parts?.map(({ Size }) => Size)).to.deep.equal([partBytes, 100]);
  });

  it('refuses a conditional delete', async () => {
    await start();
    const at = { Bucket: 'target', Key: 'a' };
    expect((await refusal(client.send(new DeleteObjectCommand({ ...at, IfMatchSize: 1 })))).status).to.equal(501);
    expect((await refusal(client.send(new DeleteObjectCommand({ ...at, IfMatch: '"x"' })))).status).to.equal(501);
  });

  it('copies annotations by default, for which it asks a right on either side', async () => {
    const reader = { accessKeyId: 'READER', secretAccessKey: 'reader' };
    await start({
      credentials: [{ ...reader, rights: { vendor: ['read', 'list'], target: ['read', 'write'] } }],
    });
    store.seed('vendor', 'a', { bytes: 'a', annotations: ['reviewed'] });
    store.seed('vendor', 'b', { bytes: 'b' });
    const copy = (Key: string, AnnotationDirective?: 'COPY' | 'EXCLUDE') =>
      client.send(new CopyObjectCommand({ Bucket: 'target', Key, CopySource: `vendor/${Key}`, AnnotationDirective }));
    expect((await refusal(copy('a'))).status).to.equal(403);
    await copy('a', 'EXCLUDE');
    expect(store.find('target', 'a')?.annotations).to.deep.equal([]);
    await copy('b');
  });

  it('restores an archive tier of Intelligent-Tiering without Days, and no other class so', async () => {
    await start({ restoreMilliseconds: 0 });
    store.seed('vendor', 'a', { bytes: 'a', storageClass: 'INTELLIGENT_TIERING', archiveStatus: 'ARCHIVE_ACCESS' });
    store.seed('vendor', 'g', { bytes: 'g', storageClass: 'GLACIER' });
    const at = { Bucket: 'vendor', Key: 'a' };
    expect((await client.send(new HeadObjectCommand(at))).ArchiveStatus).to.equal('ARCHIVE_ACCESS');
    expect((await refusal(client.send(new GetObjectCommand(at)))).name).to.equal('InvalidObjectState');
    const withDays = client.send(new RestoreObjectCommand({ ...at, RestoreRequest: { Days: 1 } }));
    expect((await refusal(withDays)).name).to.equal('InvalidArgument');
    await client.send(new RestoreObjectCommand({ ...at, RestoreRequest: {} }));
    await client.send(new GetObjectCommand(at));
    expect((await client.send(new HeadObjectCommand(at))).ArchiveStatus).to.equal(undefined);
    const withoutDays = client.send(new RestoreObjectCommand({ Bucket: 'vendor', Key: 'g', RestoreRequest: {} }));
    expect((await refusal(withoutDays)).name).to.equal('MalformedXML');
  });

  it('serves a body without its length, whole or not', async () => {
    await start({ buckets: [{ name: 'open', public: 'read' }] });
    store.seed('open', 'a', { bytes: 'hello' });
    store.setFaults([{ match: {}, fault: { kind: 'no-length', bytes: 2 } }]);
    const answer = await fetch(`${store.url}/open/a`);
    expect(answer.headers.get('content-length')).to.equal(null);
    expect(answer.headers.get('transfer-encoding')).to.equal(null);
    expect(await answer.text()).to.equal('he');
  });

  it('weakens an ETag as a proxy does', async () => {
    await start({ buckets: [{ name: 'open', public: 'read' }] });
    store.seed('open', 'a', { bytes: 'hello' });
    store.setFaults([{ match: {}, fault: { kind: 'weak-etag' } }]);
    expect((await fetch(`${store.url}/open/a`)).headers.get('etag')).to.match(/^W\/"/);
  });
});
