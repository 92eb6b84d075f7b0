import { amazonS3Endpoint, encodeKey, isBucketLabel } from '@file-migration/config';
import type { S3Endpoint } from '../storage-options.ts';

/** Where the objects of one bucket are: an origin, and what stands before the key in a path. */
export type BucketAddress = {
  readonly origin: string;
  /** `/` or `/bucket/`. */
  readonly root: string;
};

/**
 * Amazon's own names have a certificate for one label before `s3`, and hosts have no case: buckets whose names are no DNS
 * label stand in the path.
 */
export function bucketAddress(place: S3Endpoint, bucket: string): BucketAddress {
  const endpoint = new URL(place.endpoint ?? amazonS3Endpoint(place.region));
  const inPath = place.pathStyle ?? (place.endpoint !== undefined || !isBucketLabel(bucket));
  if (inPath) return { origin: endpoint.origin, root: `/${encodeKey(bucket)}/` };
  endpoint.hostname = `${bucket}.${endpoint.hostname}`;
  return { origin: endpoint.origin, root: '/' };
}
