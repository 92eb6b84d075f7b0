import { may } from './access.ts';
import { isDeleteMarker, type Bucket, type ObjectVersion } from './bucket.ts';
import { bucketFor, header, type Call } from './call.ts';
import { accessDenied, noSuchKey, S3Error } from './s3-error.ts';

/**
 * The version that a reader asks for. Who may not list the bucket is told 403 instead of 404, so that nobody learns
 * from outside which keys exist.
 */
export function findObject(
  call: Call,
  bucketName: string,
  key: string,
  versionId: string | undefined,
): { readonly bucket: Bucket; readonly version: ObjectVersion } {
  const bucket = bucketFor(call, 'read', bucketName);
  const entry = versionId === undefined ? bucket.newest(key) : bucket.version(key, versionId);
  if (entry !== undefined && !isDeleteMarker(entry)) {
    if (entry.denied === true) throw accessDenied();
    if (readsBytes(call)) call.authorizer.requireKms(['kms:Decrypt'], entry.encryption?.kmsKeyId, bucket.region);
    return { bucket, version: entry };
  }
  if (!may(call, 'list', bucketName)) throw accessDenied();
  if (entry !== undefined) {
    const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': entry.versionId };
    if (versionId === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.', { headers });
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', { headers });
  }
  if (versionId === undefined) throw noSuchKey(key);
  throw new S3Error('NoSuchVersion', 'The specified version does not exist.', {
    elements: { Key: key, VersionId: versionId },
  });
}

/** HEAD needs the key only for the checksum, which is kept encrypted with the object (HeadObject, "Permissions"). */
const readsBytes = (call: Call): boolean =>
  call.request.method !== 'HEAD' || header(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
