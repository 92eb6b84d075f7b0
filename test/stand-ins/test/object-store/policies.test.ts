import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect } from 'chai';
import type { PolicyDocument } from '../../object-store/policies/policy.ts';
import { startObjectStore, type BucketOptions, type ObjectStore } from '../../object-store/server.ts';
import { refusal } from './refusal.ts';

const admin = { accessKeyId: 'ADMIN', secretAccessKey: 'admin' };
const keys = { accessKeyId: 'ROLE', secretAccessKey: 'role' };
const arn = 'arn:aws:iam::111122223333:role/apps/migrator';

const allow = (Action: string | string[], Resource: string, Condition?: object): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) }],
});
const deny = (Action: string, Condition: object, Resource = 'arn:aws:s3:::target/*'): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action, Resource, Condition }],
});

describe('the policies of the object store stand-in', () => {
  let store: ObjectStore;
  let client: S3Client;
  let clock: Date;

  const start = async (policies: PolicyDocument[], target: Partial<BucketOptions> = {}) => {
    clock = new Date();
    store = await startObjectStore({
      buckets: ['vendor', { name: 'target', ...target }],
      credentials: [admin, { ...keys, role: { arn, policies } }],
      clock: () => clock,
    });
    store.seed('target', 'uploads/a', { bytes: 'a' });
    store.seed('vendor', 'a', { bytes: 'a' });
    client = new S3Client({
      endpoint: store.url,
      region: store.region,
      credentials: keys,
      forcePathStyle: true,
      maxAttempts: 1,
    });
  };
  const get = (Key: string, Bucket = 'target') => client.send(new GetObjectCommand({ Bucket, Key }));
  const put = (more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket: 'target', Key: 'uploads/b', Body: 'b', ...more }));

  afterEach(async () => {
    client.destroy();
    await store.close();
  });

  it('grant what they name and nothing else', async () => {
    await start([allow('s3:GetObject', 'arn:aws:s3:::target/uploads/*')]);
    await get('uploads/a');
    expect((await refusal(get('a', 'vendor'))).status).to.equal(403);
    expect((await refusal(put())).status).to.equal(403);
    expect((await refusal(client.send(new ListObjectsV2Command({ Bucket: 'target' })))).status).to.equal(403);
  });

  it('tell missing from denied only to who may list the bucket', async () => {
    await start([allow('s3:GetObject', 'arn:aws:s3:::target/*')]);
    expect((await refusal(get('nothing'))).status).to.equal(403);
    client.destroy();
    await store.close();
    await start([allow('s3:GetObject', 'arn:aws:s3:::target/*'), allow('s3:ListBucket', 'arn:aws:s3:::target')]);
    expect((await refusal(get('nothing'))).status).to.equal(404);
  });

  it('ask for the right on a version, where one is named', async () => {
    await start([allow('s3:GetObject', 'arn:aws:s3:::target/*')], { versioning: 'Enabled' });
    const { VersionId } = await get('uploads/a');
    const read = client.send(new GetObjectCommand({ Bucket: 'target', Key: 'uploads/a', VersionId }));
    expect((await refusal(read)).status).to.equal(403);
  });

  it('ask a copy for the source as well', async () => {
    await start([allow('s3:PutObject', 'arn:aws:s3:::target/*')]);
    const copy = () => client.send(new CopyObjectCommand({ Bucket: 'target', Key: 'c', CopySource: 'vendor/a' }));
    expect((await refusal(copy())).status).to.equal(403);
  });

  it('bind a bucket to the account that owns it', async () => {
    const own = { StringEquals: { 'aws:ResourceAccount': '111122223333' } };
    await start([allow('s3:GetObject', 'arn:aws:s3:::target/*', own)], {
      account: '999999999999',
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::target/*' }],
      },
    });
    expect((await refusal(get('uploads/a'))).status).to.equal(403);
  });

  it('need the other account’s bucket to agree', async () => {
    const theirs = { name: 'target', account: '999999999999' };
    const mine = allow('s3:GetObject', 'arn:aws:s3:::target/*');
    await start([mine], theirs);
    expect((await refusal(get('uploads/a'))).status).to.equal(403);
    client.destroy();
    await store.close();
    await start([mine], {
      ...theirs,
      policy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: arn }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::target/*' },
        ],
      },
    });
    await get('uploads/a');
  });

  it('let a bucket demand the encryption header, of credentials without a role too', async () => {
    await start([allow('s3:PutObject', 'arn:aws:s3:::target/*')], {
      policy: deny('s3:PutObject', { Null: { 's3:x-amz-server-side-encryption': 'true' } }),
    });
    expect((await refusal(put())).status).to.equal(403);
    await put({ ServerSideEncryption: 'AES256' });
    const plain = new S3Client({
      endpoint: store.url,
      region: store.region,
      credentials: admin,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    expect(
      (await refusal(plain.send(new PutObjectCommand({ Bucket: 'target', Key: 'x', Body: 'x' })))).status,
    ).to.equal(403);
    plain.destroy();
  });

  it('let a bucket demand conditional writes, but not of what only prepares an object', async () => {
    await start([allow('s3:PutObject', 'arn:aws:s3:::target/*')], {
      policy: deny('s3:PutObject', {
        Null: { 's3:if-none-match': 'true' },
        Bool: { 's3:ObjectCreationOperation': 'true' },
      }),
    });
    expect((await refusal(put())).status).to.equal(403);
    await put({ IfNoneMatch: '*' });
    await client.send(new CreateMultipartUploadCommand({ Bucket: 'target', Key: 'uploads/m' }));
  });

  it('refuse a signature that is older than the bucket allows', async () => {
    await start([allow('s3:GetObject', 'arn:aws:s3:::target/*')], {
      policy: deny('s3:GetObject', {
        ArnEquals: { 'aws:PrincipalArn': arn },
        NumericGreaterThan: { 's3:signatureAge': '600000' },
      }),
    });
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'target', Key: 'uploads/a' }), {
      expiresIn: 3600,
    });
    expect((await fetch(url)).status).to.equal(200);
    clock = new Date(clock.getTime() + 601_000);
    expect((await fetch(url)).status).to.equal(403);
  });

  it('ask for the KMS key through S3: to write, to read, and for the checksum of a HEAD', async () => {
    const kmsKeyId = 'arn:aws:kms:us-east-1:111122223333:key/1';
    const onFiles = allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::target/*');
    const viaS3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };
    await start([onFiles, allow('kms:GenerateDataKey', kmsKeyId, viaS3)], {
      encryption: { kmsKeyId, bucketKey: true },
    });
    await put();
    expect((await refusal(get('uploads/b'))).status).to.equal(403);
    await client.send(new HeadObjectCommand({ Bucket: 'target', Key: 'uploads/b' }));
    const withChecksum = new HeadObjectCommand({ Bucket: 'target', Key: 'uploads/b', ChecksumMode: 'ENABLED' });
    expect((await refusal(client.send(withChecksum))).status).to.equal(403);
  });

  it('are told in the traffic, action by action', async () => {
    await start([allow(['s3:PutObject', 's3:GetObject'], '*')]);
    await client.send(new CopyObjectCommand({ Bucket: 'target', Key: 'c', CopySource: 'vendor/a' }));
    const [entry] = store.traffic.recent();
    expect(entry?.role).to.equal(arn);
    expect(entry?.granted.map(({ action }) => action)).to.deep.equal(['s3:PutObject', 's3:GetObject']);
  });

  it('with an element that is not evaluated are refused at the start', async () => {
    await start([]);
    const odd = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }] };
    const credentials = [{ ...keys, role: { arn, policies: [odd as never] } }];
    const refused = await startObjectStore({ credentials }).catch((error: unknown) => error);
    expect(String(refused)).to.contain('NotAction');
  });
});
