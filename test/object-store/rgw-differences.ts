/**
 * Where Ceph RGW 16.2 is known to differ from S3. The suite asks for these by name and for nothing else, and checks
 * that each is still there: one that has gone is to be taken off the list.
 */
export const rgwDifferences = [
  'a stream without Content-Length is refused with 411',
  'x-amz-checksum-* is accepted, not verified and not returned',
  'the ETag in the answer to CopyObject has no quotes',
  'If-Match on the source of a copy is ignored',
  'GetObjectAttributes is missing',
  'a presigned URL of more than seven days answers 403, not 400',
] as const;

export type Difference = (typeof rgwDifferences)[number];
