import { requireReadable } from './archive.ts';
import type { Bucket, ObjectVersion } from './bucket.ts';
import { header, type Call } from './call.ts';
import { checkCopySource } from './conditions.ts';
import { findObject } from './find-object.ts';
import { S3Error } from './s3-error.ts';
import { decodePart } from './s3-request.ts';

/** Finds what x-amz-copy-source names (`bucket/key?versionId=…`, URL-encoded), readable and as its conditions say. */
export function findCopySource(call: Call): { bucket: Bucket; key: string; version: ObjectVersion } {
  const text = header(call, 'x-amz-copy-source') ?? '';
  if (text.startsWith('arn:')) throw new S3Error('NotImplemented', 'This store has no access points.');
  const [path = '', versionId] = text.split('?versionId=', 2);
  const name = decodePart(path).replace(/^\//u, '');
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1 || path.includes('?')) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', {
      elements: { ArgumentName: 'x-amz-copy-source', ArgumentValue: text },
    });
  }
  const key = name.slice(slash + 1);
  const { bucket, version } = findObject(call, name.slice(0, slash), key, versionId);
  checkCopySource(call, version);
  requireReadable(version, call.store.now());
  return { bucket, key, version };
}
