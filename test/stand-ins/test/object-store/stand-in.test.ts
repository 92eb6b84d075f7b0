import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDigest } from '../../object-store/checksums.ts';
import { startObjectStore, type ObjectStore, type ObjectStoreOptions } from '../../object-store/server.ts';
import { refusal } from './refusal.ts';
import { sendSigned } from './raw-request.ts';
import type { StoreFault } from '../../object-store/store-faults.ts';

const partBytes = 5 * 1024 ** 2;
const admin = { accessKeyId: 'ADMIN', secretAccessKey: 'admin' };

describe('the object store stand-in', () => {
  let store: ObjectStore;
  const clients: S3Client[] = [];

  const start = async (options: ObjectStoreOptions = {}) => {
    store = await startObjectStore({ buckets: ['vendor', 'target'], credentials: [admin], ...options });
    return store;
  };
  const clientFor = (credentials = admin, region = store.region) => {
    const client = new S3Client({
      endpoint: store.url,
      region,
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await store.close();
  });

  describe('with rights', () => {
    const reader = { accessKeyId: 'READER', secretAccessKey: 'reader' };
    const lister = { accessKeyId: 'LISTER', secretAccessKey: 'lister' };
    const migrator = { accessKeyId: 'MIGRATOR', secretAccessKey: 'migrator' };
    beforeEach(async () => {
      await start({
        credentials: [
          admin,
          { ...reader, rights: { vendor: ['read'] } },
          { ...lister, rights: { vendor: ['read', 'list'] } },
          { ...migrator, rights: { vendor: ['read'], target: ['write'] } },
        ],
      });
      store.seed('vendor', 'a', { bytes: 'a' });
    });

    it('says 404 of a missing key to who may list, else 403', async () => {
      const Key = 'missing';
      const asked = (keys: typeof admin) =>
        refusal(clientFor(keys).send(new GetObjectCommand({ Bucket: 'vendor', Key })));
      expect((await asked(lister)).status).to.equal(404);
      expect((await asked(reader)).status).to.equal(403);
    });

    it('lets who may read the source and write the target copy, and nobody else', async () => {
      const copying = () => new CopyObjectCommand({ Bucket: 'target', Key: 'a', CopySource: 'vendor/a' });
      expect((await refusal(clientFor(reader).send(copying()))).status).to.equal(403);
      await clientFor(migrator).send(copying());
      expect(store.read('target', 'a').toString()).to.equal('a');
      expect(
        (await refusal(clientFor(migrator).send(new GetObjectCommand({ Bucket: 'target', Key: 'a' })))).status,
      ).to.equal(403);
    });

    it('fails a copy that would carry tags that the caller may not read', async () => {
      store.seed('vendor', 'tagged', { bytes: 'a', tags: 'a=1' });
      const copying = { Bucket: 'target', Key: 'tagged', CopySource: 'vendor/tagged' };
      expect((await refusal(clientFor(migrator).send(new CopyObjectCommand(copying)))).status).to.equal(403);
      await clientFor(migrator).send(new CopyObjectCommand({ ...copying, TaggingDirective: 'REPLACE' }));
      expect(store.find('target', 'tagged')?.tags).to.equal(undefined);
    });
  });

  it('serves a public bucket to everybody, for reading alone', async () => {
    await start({ buckets: [{ name: 'open', public: 'read' }] });
    store.seed('open', 'a', { bytes: 'hello' });
    expect(await (await fetch(`${store.url}/open/a`)).text()).to.equal('hello');
    expect((await fetch(`${store.url}/open/a`, { method: 'PUT', body: 'x' })).status).to.equal(403);
    expect((await fetch(`${store.url}/open`)).status).to.equal(403);
  });

  it('sends a request of the wrong region on its way', async () => {
    await start({ buckets: [{ name: 'far', region: 'us-west-2' }] });
    expect(await refusal(clientFor().send(new GetObjectCommand({ Bucket: 'far', Key: 'a' })))).to.deep.equal({
      status: 301,
      name: 'PermanentRedirect',
    });
    const wrong = refusal(clientFor(admin, 'eu-west-1').send(new GetObjectCommand({ Bucket: 'far', Key: 'a' })));
    expect(await wrong).to.deep.equal({ status: 400, name: 'AuthorizationHeaderMalformed' });
    const { BucketRegion } = await clientFor(admin, 'us-west-2').send(new HeadBucketCommand({ Bucket: 'far' }));
    expect(BucketRegion).to.equal('us-west-2');
  });

  it('refuses loudly what it does not do', async () => {
    const complaints: string[] = [];
    await start({ complain: (line) => complaints.push(line) });
    const asking = clientFor().send(new PutBucketPolicyCommand({ Bucket: 'vendor', Policy: '{}' }));
    expect(await refusal(asking)).to.deep.equal({ status: 501, name: 'NotImplemented' });
    expect(complaints.join()).to.contain('policy');
  });

  it('answers for the settings of a bucket', async () => {
    await start({ buckets: [{ name: 'set', encryption: { kmsKeyId: 'key-1', bucketKey: true } }, 'plain'] });
    const { ServerSideEncryptionConfiguration } = await clientFor().send(
      new GetBucketEncryptionCommand({ Bucket: 'set' }),
    );
    expect(ServerSideEncryptionConfiguration?.Rules?.[0]).to.deep.equal({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key-1' },
      BucketKeyEnabled: true,
    });
    const asking = clientFor().send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'plain' }));
    expect((await refusal(asking)).name).to.equal('NoSuchLifecycleConfiguration');
  });

  it('takes a chunked body apart and verifies the checksum in its trailer', async () => {
    await start();
    const text = 'streamed body';
    const upload = (key: string, checksum: string, end = '\r\n') =>
      sendSigned(
        { endpoint: store.url, region: store.region, owner: admin },
        {
          method: 'PUT',
          path: `/target/${key}`,
          headers: {
            'content-encoding': 'aws-chunked',
            'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
            'x-amz-decoded-content-length': String(text.length),
            'x-amz-trailer': 'x-amz-checksum-sha256',
          },
          body: `8\r\n${text.slice(0, 8)}\r\n5\r\n${text.slice(8)}\r\n0\r\nx-amz-checksum-sha256:${checksum}\r\n${end}`,
        },
      );
    const sha256 = (of: string) => createHash('sha256').update(of).digest('base64');
    expect((await upload('a', sha256(text))).status).to.equal(200);
    expect(store.read('target', 'a').toString()).to.equal(text);
    expect(store.find('target', 'a')?.checksum).to.deep.equal({
      name: 'SHA256',
      value: sha256(text),
      type: 'FULL_OBJECT',
    });
    expect(store.find('target', 'a')?.headers).not.to.have.property('content-encoding');
    expect(await upload('wrong', sha256('other'))).to.include({ status: 400, code: 'BadDigest' });
    expect(await upload('torn', sha256(text), '')).to.include({ status: 400, code: 'IncompleteBody' });
    expect([...store.list('target')].map(({ key }) => key)).to.deep.equal(['a']);
  });

  for (const [name, type] of [
    ['CRC32', 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'FULL_OBJECT'],
    ['SHA256', 'COMPOSITE'],
    ['CRC64NVME', 'FULL_OBJECT'],
  ] as const) {
    it(`makes the ${type} ${name} of a multipart object from its parts`, async () => {
      await start();
      const client = clientFor();
      const at = { Bucket: 'target', Key: 'a' };
      const parts = [Buffer.alloc(partBytes, 1), Buffer.alloc(77, 2)];
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: name, ChecksumType: type }),
      );
      const digestOf = (bytes: Buffer) => {
        const digest = createDigest(name);
        digest.update(bytes);
        return digest.base64();
      };
      const Parts = [];
      for (const [index, Body] of parts.entries()) {
        const checksum = { [`Checksum${name}`]: digestOf(Body) };
        const { ETag } = await client.send(
          new UploadPartCommand({ ...at, UploadId, PartNumber: index + 1, Body, ...checksum }),
        );
        Parts.push({ PartNumber: index + 1, ETag, ...checksum });
      }
      const done = await client.send(
        new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
      );
      const whole =
        type === 'FULL_OBJECT'
          ? digestOf(Buffer.concat(parts))
          : `${digestOf(Buffer.concat(parts.map((part) => Buffer.from(digestOf(part), 'base64'))))}-2`;
      // RGW leaves the ETag of this answer empty, so the suite for both reads it from HEAD
      expect(done).to.include({
        [`Checksum${name}`]: whole,
        ChecksumType: type,
        ETag: `"${store.find('target', 'a')?.etag ?? ''}"`,
      });
    });
  }

  it('keeps archived objects out of reach until they are restored', async () => {
    let now = Date.now();
    await start({ clock: () => new Date(now), restoreMilliseconds: 60_000 });
    store.seed('vendor', 'cold', { bytes: 'cold', storageClass: 'GLACIER' });
    const at = { Bucket: 'vendor', Key: 'cold' };
    const client = clientFor();
    expect(await refusal(client.send(new GetObjectCommand(at)))).to.deep.equal({
      status: 403,
      name: 'InvalidObjectState',
    });
    await client.send(new RestoreObjectCommand({ ...at, RestoreRequest: { Days: 1 } }));
    expect((await client.send(new HeadObjectCommand(at))).Restore).to.equal('ongoing-request="true"');
    now += 61_000;
    expect(await (await client.send(new GetObjectCommand(at))).Body?.transformToString()).to.equal('cold');
  });

  it('keeps versions where they are on', async () => {
    await start({ buckets: [{ name: 'versions', versioning: 'Enabled' }] });
    const client = clientFor();
    const at = { Bucket: 'versions', Key: 'a' };
    const { VersionId: first } = await client.send(new PutObjectCommand({ ...at, Body: '1' }));
    await client.send(new PutObjectCommand({ ...at, Body: '2' }));
    await client.send(new DeleteObjectCommand(at));
    expect((await refusal(client.send(new GetObjectCommand(at)))).status).to.equal(404);
    const { Body } = await client.send(new GetObjectCommand({ ...at, VersionId: first }));
    expect(await Body?.transformToString()).to.equal('1');
  });

  it('refuses a copy above its limit', async () => {
    await start({ maxCopyBytes: 10 });
    store.seed('vendor', 'a', { generate: () => Buffer.alloc(11) });
    const copying = clientFor().send(new CopyObjectCommand({ Bucket: 'target', Key: 'a', CopySource: 'vendor/a' }));
    expect(await refusal(copying)).to.deep.equal({ status: 400, name: 'InvalidRequest' });
  });

  it('gives a seeded object the ETag of a multipart upload', async () => {
    await start();
    const { etag } = store.seed('vendor', 'a', { bytes: Buffer.alloc(25), partBytes: 10 });
    expect(etag).to.match(/^[0-9a-f]{32}-3$/u);
  });

  it('has everything again after a restart, and no leftovers on disk', async () => {
    const data = mkdtempSync(join(tmpdir(), 'object-store-'));
    try {
      await start({ data });
      const client = clientFor();
      await client.send(new PutObjectCommand({ Bucket: 'target', Key: 'a', Body: 'old' }));
      await client.send(new PutObjectCommand({ Bucket: 'target', Key: 'a', Body: 'new', ContentType: 'text/x' }));
      await client.send(new CreateMultipartUploadCommand({ Bucket: 'target', Key: 'open' }));
      const before = store.find('target', 'a');
      await store.close();
      await start({ data });
      expect(store.find('target', 'a')).to.deep.equal(before);
      expect(store.read('target', 'a').toString()).to.equal('new');
      expect(store.unfinishedUploads('target').map(({ key }) => key)).to.deep.equal(['open']);
      const files = readdirSync(join(data, 'contents'), { recursive: true, withFileTypes: true });
      expect(files.filter((file) => file.isFile())).to.have.length(1);
    } finally {
      rmSync(data, { recursive: true });
    }
  });

  describe('with faults', () => {
    const content = Buffer.alloc(1000, 7);
    const at = { Bucket: 'vendor', Key: 'a' };
    const startWith = async (operation: string, fault: StoreFault) => {
      await start({ faults: [{ match: { operation, times: 1 }, fault }] });
      store.seed('vendor', 'a', { bytes: content });
      return clientFor();
    };
    const read = async (client: S3Client) => {
      const { Body } = await client.send(new GetObjectCommand({ ...at, ChecksumMode: 'DISABLED' as 'ENABLED' }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };

    it('slows down once', async () => {
      const client = await startWith('GetObject', { kind: 'error', code: 'SlowDown' });
      expect(await refusal(read(client))).to.deep.equal({ status: 503, name: 'SlowDown' });
      expect((await read(client)).equals(content)).to.equal(true);
    });

    it('cuts the connection after it acted', async () => {
      const client = await startWith('PutObject', { kind: 'cut', acted: true });
      const writing = client.send(new PutObjectCommand({ Bucket: 'target', Key: 'b', Body: 'x' }));
      expect((await refusal(writing)).status).to.equal(undefined);
      expect(store.read('target', 'b').toString()).to.equal('x');
    });

    it('cuts the connection before it acts', async () => {
      const client = await startWith('PutObject', { kind: 'cut', acted: false });
      await refusal(client.send(new PutObjectCommand({ Bucket: 'target', Key: 'b', Body: 'x' })));
      expect(store.find('target', 'b')).to.equal(undefined);
    });

    it('holds an answer until other faults are set', async () => {
      const client = await startWith('PutObject', { kind: 'hold' });
      let answered = false;
      const put = client.send(new PutObjectCommand({ Bucket: 'target', Key: 'b', Body: 'x' })).then(() => {
        answered = true;
      });
      await refusal(client.send(new GetObjectCommand({ Bucket: 'target', Key: 'b' })));
      expect(answered).to.equal(false);
      store.setFaults();
      await put;
      expect(store.read('target', 'b').toString()).to.equal('x');
    });

    it('cuts a body', async () => {
      const client = await startWith('GetObject', { kind: 'cut-body', afterBytes: 10 });
      expect((await refusal(read(client))).status).to.equal(undefined);
    });

    it('serves a short body as if it were whole', async () => {
      const client = await startWith('GetObject', { kind: 'short-body', bytes: 10 });
      expect(await read(client)).to.have.length(10);
    });

    it('serves wrong bytes of the right number', async () => {
      const client = await startWith('GetObject', { kind: 'corrupt' });
      const found = await read(client);
      expect(found).to.have.length(content.length);
      expect(found.equals(content)).to.equal(false);
      expect((await read(client)).equals(content)).to.equal(true);
    });

    it('answers 200 with an error and copies nothing', async () => {
      const client = await startWith('CopyObject', { kind: 'error-in-200', code: 'InternalError' });
      await refusal(client.send(new CopyObjectCommand({ Bucket: 'target', Key: 'b', CopySource: 'vendor/a' })));
      expect(store.find('target', 'b')).to.equal(undefined);
    });

    it('changes the object between two reads', async () => {
      const client = await startWith('GetObject', { kind: 'change-object' });
      expect((await read(client)).equals(content)).to.equal(true);
      expect((await read(client)).equals(Buffer.alloc(1000, 248))).to.equal(true);
    });

    it('holds back checksums', async () => {
      const client = await startWith('HeadObject', { kind: 'no-checksums' });
      const head = () => client.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
      expect((await head()).ChecksumCRC64NVME).to.equal(undefined);
      expect((await head()).ChecksumCRC64NVME).to.be.a('string');
    });

    it('counts what was asked, and remembers what befell it', async () => {
      const client = await startWith('GetObject', { kind: 'error', code: 'SlowDown' });
      await refusal(read(client));
      expect(store.traffic.counts()).to.deep.equal({ GetObject: 1 });
      expect(store.traffic.recent()[0]).to.include({ key: 'a', status: 503, fault: 'error' });
    });
  });
});
