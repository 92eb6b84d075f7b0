/**
 * Where Ceph RGW 16.2 is known to differ from S3. The suite asks for these by name and for nothing else, and a
 * difference that has gone fails its test, so that it is taken off the list. One cannot be told apart that way: the URL
 * of more than seven days is not one that the official signer makes, so RGW's 403 may be about its signature.
 */
export const rgwDifferences = [
  'x-amz-checksum-* is accepted, not verified and not returned',
  'the ETag in the answer to CopyObject has no quotes',
  'If-Match on the source of a copy is ignored',
  'GetObjectAttributes is missing',
  'a presigned URL of more than seven days answers 403, not 400',
] as const;

export type Difference = (typeof rgwDifferences)[number];
