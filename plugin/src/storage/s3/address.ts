import { encodeKey } from '@file-migration/config';
import type { S3Endpoint } from '../storage-options.ts';

/** Where the objects of one bucket are: an origin, and what stands before the key in a path. */
export type BucketAddress = {
  readonly origin: string;
  /** `/` or `/bucket/`. */
  readonly root: string;
};

/** Amazon's own names have a certificate for one label before `s3`, so buckets with dots stand in the path. */
export function bucketAddress(place: S3Endpoint, bucket: string): BucketAddress {
  const endpoint = new URL(place.endpoint ?? amazonEndpoint(place.region));
  const inPath = place.pathStyle ?? (place.endpoint !== undefined || bucket.includes('.'));
  if (inPath) return { origin: endpoint.origin, root: `/${encodeKey(bucket)}/` };
  endpoint.hostname = `${bucket}.${endpoint.hostname}`;
  return { origin: endpoint.origin, root: '/' };
}

function amazonEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
