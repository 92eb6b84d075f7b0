import type {
  BucketOptions,
  CredentialOptions,
  ObjectStoreOptions,
} from '@file-migration/stand-ins/object-store/options';
import { VENDOR_ACCOUNT, shippedRole, vendorBucketPolicy, type AwsPlaces } from './shipped-policies.ts';

export type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string };

/**
 * A store in which the product's keys are a role with the policies that are shipped, and the vendor's bucket is another
 * account's: whatever a test makes the product do, it does with these rights and no others.
 */
export function underShippedPolicies(places: AwsPlaces, keys: Keys, options: ObjectStoreOptions): ObjectStoreOptions {
  const buckets = options.buckets ?? [places.vendorBucket, places.targetBucket];
  return {
    region: places.region,
    ...options,
    credentials: options.credentials ?? [testsOwn, { ...keys, role: shippedRole('migrator', places) }],
    buckets: buckets.map((bucket) => asShipped(typeof bucket === 'string' ? { name: bucket } : bucket, places)),
  };
}

/** What a test itself may do in its store: everything. */
export const testsOwn: CredentialOptions = {
  accessKeyId: 'STANDINSTOREADMIN001',
  secretAccessKey: 'stand-in-store-no-secret-0123456789abcdef',
};

function asShipped(bucket: BucketOptions, places: AwsPlaces): BucketOptions {
  if (bucket.name !== places.vendorBucket) return bucket;
  const shipped = vendorBucketPolicy(places);
  const Statement = [...(bucket.policy?.Statement ?? []), ...shipped.Statement];
  return { account: VENDOR_ACCOUNT, ...bucket, policy: { ...shipped, Statement } };
}
