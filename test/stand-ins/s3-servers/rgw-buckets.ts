import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { clientOf, type S3Server } from './servers-under-test.ts';

/** Ceph RGW with two buckets of this test's own. */
export type RgwBuckets = {
  readonly server: S3Server;
  readonly client: S3Client;
  readonly vendor: string;
  readonly ours: string;
  /** Removes both buckets and all that is in them. */
  remove(): Promise<void>;
};

/** Makes the two buckets. */
export async function rgwBuckets(server: S3Server): Promise<RgwBuckets> {
  const client = clientOf(server);
  const name = `test-${randomUUID()}`;
  const [vendor, ours] = [`${name}-vendor`, `${name}-ours`];
  for (const Bucket of [vendor, ours]) await client.send(new CreateBucketCommand({ Bucket }));
  return {
    server,
    client,
    vendor,
    ours,
    async remove() {
      for (const bucket of [vendor, ours]) await drop(client, bucket);
      client.destroy();
    },
  };
}

async function drop(client: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    if (Contents.length === 0) break;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}
