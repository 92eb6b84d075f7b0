import { credentialProvider } from '../s3/credentials.ts';
import { SdkClient } from '../s3/sdk-client.ts';
import type { S3Endpoint } from '../storage-options.ts';

/** The names of the buckets that the credentials of this environment may list. @throws Failure in the store's own words */
export async function listBuckets(place: S3Endpoint): Promise<string[]> {
  return await withSdk(place, async (sdk) => {
    const { Buckets: buckets = [] } = await sdk.run('ListBuckets', (client, { ListBucketsCommand }) =>
      client.send(new ListBucketsCommand({})),
    );
    return buckets.flatMap(({ Name: name }) => (name === undefined ? [] : [name]));
  });
}

/** The region of a bucket; undefined where the store does not say. @throws Failure in the store's own words */
export async function bucketRegion(place: S3Endpoint, bucket: string): Promise<string | undefined> {
  return await withSdk(place, async (sdk) => {
    const { BucketRegion: region } = await sdk.run('HeadBucket', (client, { HeadBucketCommand }) =>
      client.send(new HeadBucketCommand({ Bucket: bucket })),
    );
    return region;
  });
}

async function withSdk<T>(place: S3Endpoint, use: (sdk: SdkClient) => Promise<T>): Promise<T> {
  const sdk = new SdkClient('target', place, credentialProvider());
  try {
    return await use(sdk);
  } finally {
    await sdk.close();
  }
}
