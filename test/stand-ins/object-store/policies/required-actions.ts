import type { OperationName } from '../operations/index.ts';
import { decodePart, headerOf, type S3Request } from '../s3-request.ts';

/** One right that a request takes: an action on the object or the bucket itself. */
export type RequiredAction = { readonly action: string; readonly bucket: string; readonly key: string | undefined };

/**
 * What a request takes by the page "Required permissions for Amazon S3 API operations" and the Service Authorization
 * Reference. Rights that depend on what is stored (tags, annotations, KMS, listing of a missing key) are asked for where
 * the object is known.
 */
export function requiredActions(operation: OperationName, request: S3Request): readonly RequiredAction[] {
  const { bucket, key, query } = request;
  const onObject = (...actions: string[]): RequiredAction[] => actions.map((action) => ({ action, bucket, key }));
  const onBucket = (action: string): RequiredAction[] => [{ action, bucket, key: undefined }];
  const version = query.has('versionId') ? 'Version' : '';
  switch (operation) {
    case 'GetObject':
    case 'HeadObject':
      return onObject(`s3:GetObject${version}`);
    case 'GetObjectAttributes':
      return onObject(`s3:GetObject${version}`, `s3:GetObject${version}Attributes`);
    case 'GetObjectTagging':
      return onObject(`s3:GetObject${version}Tagging`);
    case 'PutObject':
    case 'CreateMultipartUpload':
    case 'UploadPart':
    case 'CompleteMultipartUpload':
      return onObject('s3:PutObject');
    case 'CopyObject':
    case 'UploadPartCopy':
      return [...onObject('s3:PutObject'), readCopySource(request)];
    case 'AbortMultipartUpload':
      return onObject('s3:AbortMultipartUpload');
    case 'ListParts':
      return onObject('s3:ListMultipartUploadParts');
    case 'DeleteObject':
      return onObject(`s3:DeleteObject${version}`);
    case 'DeleteObjects':
      return [{ action: 's3:DeleteObject', bucket, key: '*' }];
    case 'RestoreObject':
      return onObject('s3:RestoreObject');
    case 'HeadBucket':
    case 'ListObjects':
    case 'ListObjectsV2':
      return onBucket('s3:ListBucket');
    case 'ListObjectVersions':
      return onBucket('s3:ListBucketVersions');
    case 'ListMultipartUploads':
      return onBucket('s3:ListBucketMultipartUploads');
    case 'ListBuckets':
      return onBucket('s3:ListAllMyBuckets');
    case 'GetBucketEncryption':
      return onBucket('s3:GetEncryptionConfiguration');
    case 'GetBucketLifecycleConfiguration':
      return onBucket('s3:GetLifecycleConfiguration');
    case 'GetPublicAccessBlock':
      return onBucket('s3:GetBucketPublicAccessBlock');
    case 'CreateBucket':
    case 'DeleteBucket':
    case 'GetBucketLocation':
    case 'GetBucketOwnershipControls':
    case 'GetBucketVersioning':
    case 'PutBucketVersioning':
      return onBucket(`s3:${operation}`);
  }
}

/** What a copy reads; a header that names nothing is refused by the operation itself. */
function readCopySource({ headers }: S3Request): RequiredAction {
  const [path = '', versionId] = (headerOf(headers, 'x-amz-copy-source') ?? '').split('?versionId=', 2);
  const name = decodePart(path).replace(/^\//u, '');
  const slash = name.indexOf('/');
  return {
    action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
    bucket: slash < 0 ? name : name.slice(0, slash),
    key: slash < 0 ? '' : name.slice(slash + 1),
  };
}
