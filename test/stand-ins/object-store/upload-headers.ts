import type { Bucket, Encryption, KeptHeaders, UploadFacts } from './bucket.ts';
import { header, type Call } from './call.ts';
import { S3Error } from './s3-error.ts';

const plainHeaders = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires'] as const;

export const storageClasses = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
  'REDUCED_REDUNDANCY',
];

/** Sum of names and values of user metadata, in bytes ("Working with object metadata"). */
const maxMetadataBytes = 2048;

/** Reads what PutObject, CopyObject and CreateMultipartUpload say about the object; refuses what is not kept here. */
export function readUploadFacts(call: Call, bucket: Bucket): UploadFacts {
  refuseUnsupported(call);
  refuseAcl(call, bucket);
  const tags = header(call, 'x-amz-tagging');
  const encryption = readEncryption(call, bucket);
  call.authorizer.requireKms(['kms:GenerateDataKey'], encryption?.kmsKeyId, bucket.region);
  return {
    headers: readKeptHeaders(call),
    storageClass: readStorageClass(call),
    ...(tags === undefined || tags === '' ? {} : { tags }),
    ...(encryption === undefined ? {} : { encryption }),
  };
}

export function readKeptHeaders(call: Call): KeptHeaders {
  const kept: Record<string, string> = {};
  for (const name of plainHeaders) {
    const value = header(call, name);
    if (value !== undefined) kept[name] = value;
  }
  const encoding = (header(call, 'content-encoding') ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'aws-chunked');
  if (encoding.length > 0) kept['content-encoding'] = encoding.join(',');
  let metadataBytes = 0;
  for (const name of Object.keys(call.request.headers)) {
    if (!name.startsWith('x-amz-meta-')) continue;
    const value = header(call, name) ?? '';
    kept[name] = value;
    metadataBytes += name.length - 'x-amz-meta-'.length + value.length;
  }
  if (metadataBytes > maxMetadataBytes) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      elements: { Size: String(metadataBytes), MaxSizeAllowed: String(maxMetadataBytes) },
    });
  }
  return kept;
}

function readStorageClass(call: Call): string {
  const storageClass = header(call, 'x-amz-storage-class') ?? 'STANDARD';
  if (storageClasses.includes(storageClass)) return storageClass;
  throw new S3Error('InvalidRequest', 'The storage class you specified is not valid');
}

function readEncryption(call: Call, bucket: Bucket): Encryption | undefined {
  const asked = header(call, 'x-amz-server-side-encryption');
  if (asked === undefined) {
    const byDefault = bucket.options.encryption ?? 'AES256';
    return typeof byDefault === 'string' ? {} : { kmsKeyId: byDefault.kmsKeyId, bucketKey: byDefault.bucketKey };
  }
  if (asked === 'AES256') return {};
  if (asked !== 'aws:kms') {
    throw new S3Error('InvalidArgument', 'The encryption method specified is not supported');
  }
  return {
    kmsKeyId: header(call, 'x-amz-server-side-encryption-aws-kms-key-id') ?? 'alias/aws/s3',
    bucketKey: header(call, 'x-amz-server-side-encryption-bucket-key-enabled') === 'true',
  };
}

/** Headers by which a client is told how its object is encrypted. */
export function encryptionHeaders(encryption: Encryption | undefined): Record<string, string> {
  if (encryption === undefined) return {};
  if (encryption.kmsKeyId === undefined) return { 'x-amz-server-side-encryption': 'AES256' };
  return {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': encryption.kmsKeyId,
    ...(encryption.bucketKey === true ? { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' } : {}),
  };
}

const unsupportedHeaders = [
  'x-amz-server-side-encryption-customer-',
  'x-amz-copy-source-server-side-encryption-customer-',
  'x-amz-object-lock-',
  'x-amz-website-redirect-location',
  'x-amz-write-offset-bytes',
  'x-amz-expected-bucket-owner',
  'x-amz-source-expected-bucket-owner',
];

/** Headers that would change what the store promises, and that it does not know: better a loud no than a quiet yes. */
export function refuseUnsupported(call: Call): void {
  for (const name of Object.keys(call.request.headers)) {
    if (unsupportedHeaders.some((unsupported) => name.startsWith(unsupported))) {
      throw new S3Error(
        'NotImplemented',
        `A header you provided implies functionality that is not implemented: ${name}`,
      );
    }
  }
}

function refuseAcl(call: Call, bucket: Bucket): void {
  const acl = header(call, 'x-amz-acl');
  const grants = Object.keys(call.request.headers).some((name) => name.startsWith('x-amz-grant-'));
  if (acl === undefined && !grants) return;
  if ((bucket.options.ownership ?? 'BucketOwnerEnforced') === 'BucketOwnerEnforced') {
    if (acl === 'bucket-owner-full-control' && !grants) return;
    throw new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  if (!grants && (acl === 'private' || acl === 'bucket-owner-full-control')) return;
  throw new S3Error('NotImplemented', 'This store keeps no access control lists.');
}
