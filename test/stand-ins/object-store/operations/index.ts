import type { Operation } from '../call.ts';
import type { S3Request } from '../s3-request.ts';
import {
  createBucket,
  deleteBucket,
  getBucketEncryption,
  getBucketLifecycle,
  getBucketLocation,
  getBucketOwnershipControls,
  getBucketVersioning,
  getPublicAccessBlock,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from './bucket-settings.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject, headObject } from './get-object.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from './multipart.ts';
import { getObjectAttributes } from './object-attributes.ts';
import { getObjectTagging } from './object-tagging.ts';
import { putObject } from './put-object.ts';
import { restoreObject } from './restore-object.ts';

/** Everything this store does, by S3's own names. */
export const operations = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateBucket: createBucket,
  CreateMultipartUpload: createMultipartUpload,
  DeleteBucket: deleteBucket,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetBucketEncryption: getBucketEncryption,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  GetBucketLocation: getBucketLocation,
  GetBucketOwnershipControls: getBucketOwnershipControls,
  GetBucketVersioning: getBucketVersioning,
  GetObject: getObject,
  GetObjectAttributes: getObjectAttributes,
  GetObjectTagging: getObjectTagging,
  GetPublicAccessBlock: getPublicAccessBlock,
  HeadBucket: headBucket,
  HeadObject: headObject,
  ListBuckets: listBuckets,
  ListMultipartUploads: listMultipartUploads,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  ListParts: listParts,
  PutBucketVersioning: putBucketVersioning,
  PutObject: putObject,
  RestoreObject: restoreObject,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

/** Query parameters that make another operation of a request, as S3's API reference lists them. */
const subresources = new Set(
  (
    'accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'location logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls policy ' +
    'policyStatus publicAccessBlock renameObject replication requestPayment restore retention select session tagging ' +
    'torrent uploadId uploads versioning versions website append abac'
  ).split(' '),
);

const byForm: Readonly<Record<string, OperationName>> = {
  'GET service': 'ListBuckets',
  'HEAD bucket': 'HeadBucket',
  'PUT bucket': 'CreateBucket',
  'DELETE bucket': 'DeleteBucket',
  'GET bucket': 'ListObjects',
  'GET bucket encryption': 'GetBucketEncryption',
  'GET bucket lifecycle': 'GetBucketLifecycleConfiguration',
  'GET bucket location': 'GetBucketLocation',
  'GET bucket ownershipControls': 'GetBucketOwnershipControls',
  'GET bucket publicAccessBlock': 'GetPublicAccessBlock',
  'GET bucket uploads': 'ListMultipartUploads',
  'GET bucket versioning': 'GetBucketVersioning',
  'GET bucket versions': 'ListObjectVersions',
  'PUT bucket versioning': 'PutBucketVersioning',
  'POST bucket delete': 'DeleteObjects',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'PUT object': 'PutObject',
  'DELETE object': 'DeleteObject',
  'GET object attributes': 'GetObjectAttributes',
  'GET object tagging': 'GetObjectTagging',
  'GET object uploadId': 'ListParts',
  'PUT object uploadId': 'UploadPart',
  'POST object uploadId': 'CompleteMultipartUpload',
  'DELETE object uploadId': 'AbortMultipartUpload',
  'POST object uploads': 'CreateMultipartUpload',
  'POST object restore': 'RestoreObject',
};

/** Which operation a request asks for; undefined for one that this store does not do. */
export function nameOperation({ method, bucket, key, query, headers }: S3Request): OperationName | undefined {
  let form = `${method} ${key !== '' ? 'object' : bucket !== '' ? 'bucket' : 'service'}`;
  for (const name of query.keys()) if (subresources.has(name)) form += ` ${name}`;
  const name = byForm[form];
  if (name === 'ListObjects' && query.get('list-type') === '2') return 'ListObjectsV2';
  if (headers['x-amz-copy-source'] === undefined) return name;
  if (name === 'PutObject') return 'CopyObject';
  return name === 'UploadPart' ? 'UploadPartCopy' : name;
}
