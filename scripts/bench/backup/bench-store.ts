import { randomBytes, createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { S3Client } from '@aws-sdk/client-s3';
import { AdaptiveLimit } from '../../../plugin/src/storage/limits/adaptive-limit.ts';
import { httpPools } from '../../../plugin/src/storage/exchange/pools.ts';
import { bucketAddress } from '../../../plugin/src/storage/s3/address.ts';
import { HotS3Client } from '../../../plugin/src/storage/s3/hot-client.ts';

/** An S3 server to measure against, with path-style addresses. */
export type BenchStore = {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

/** The SDK as the plugin has it. */
type Sdk = typeof import('@aws-sdk/client-s3');
const sdk = createRequire(new URL('../../../plugin/package.json', import.meta.url))('@aws-sdk/client-s3') as Sdk;

export function sdkClient(store: BenchStore): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = store;
  return new sdk.S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
}

export async function makeBucket(client: S3Client, bucket: string): Promise<void> {
  await client.send(new sdk.CreateBucketCommand({ Bucket: bucket }));
}

/** Fills a bucket with `count` objects of random bytes under `file-0.pdf`, `file-1.pdf`, … */
export async function fillBucket(store: BenchStore, bucket: string, count: number, bytes: number): Promise<void> {
  const pools = httpPools({ connections: 32, idleTimeoutMs: 60_000 });
  const client = new HotS3Client({
    connection: {
      side: 'target',
      pool: pools.target,
      limit: new AdaptiveLimit({ initial: 16, max: 16 }),
      requestRate: undefined,
    },
    region: store.region,
    address: bucketAddress({ endpoint: store.endpoint, region: store.region, pathStyle: true }, bucket),
    credentials: () => Promise.resolve(store),
  });
  const { signal } = new AbortController();
  const body = randomBytes(bytes);
  const put = async (index: number): Promise<void> => {
    const file = Buffer.from(body);
    file.writeUInt32BE(index, 8);
    file.write('%PDF-1.7');
    const sha256 = createHash('sha256').update(file).digest('hex');
    await client.put(
      objectName(index),
      { lane: 'small', body: file, sha256, headers: { 'content-type': 'application/pdf' } },
      signal,
    );
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await put(next++);
  };
  await Promise.all(Array.from({ length: Math.min(16, Math.ceil(128 / (bytes / 1024 ** 2 + 1))) }, worker));
  pools.close();
}

export function objectName(index: number): string {
  return `file-${index}.pdf`;
}

/** Removes a bucket and all that is in it. */
export async function dropBucket(client: S3Client, bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket }));
    if (Contents.length === 0) break;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    await client.send(new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
  }
  await client.send(new sdk.DeleteBucketCommand({ Bucket: bucket }));
}
