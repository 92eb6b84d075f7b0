import { may } from '../access.ts';
import { isDeleteMarker } from '../bucket.ts';
import { bucketFor, header, parameter, xmlAnswer, type Answer, type Call } from '../call.ts';
import { announcedChecksum, receiveText } from '../receive-body.ts';
import { S3Error } from '../s3-error.ts';
import { children, malformedXml, parseXml, text, xmlDocument } from '../xml.ts';

const deleteConditions = ['if-match', 'x-amz-if-match-last-modified-time', 'x-amz-if-match-size'];

export function deleteObject(call: Call): Answer {
  const bucket = bucketFor(call, 'delete');
  if (deleteConditions.some((name) => header(call, name) !== undefined)) {
    throw new S3Error('NotImplemented', 'This store deletes without conditions.');
  }
  const removed = call.store.delete(bucket, call.request.key, parameter(call, 'versionId'));
  if (removed === undefined || bucket.versioning === undefined) return { status: 204 };
  return {
    status: 204,
    headers: {
      'x-amz-version-id': removed.versionId,
      ...(isDeleteMarker(removed) ? { 'x-amz-delete-marker': 'true' } : {}),
    },
  };
}

const maxDeletes = 1000;

/** Each key has its own result; the caller's right is asked for each, so a denied caller gets 200 with errors in it. */
export async function deleteObjects(call: Call): Promise<Answer> {
  const { request } = call;
  const bucket = bucketFor(call, may(call, 'list', request.bucket) ? 'list' : 'delete');
  if (header(call, 'content-md5') === undefined && announcedChecksum(call) === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const tree = parseXml(await receiveText(call), 'Delete');
  const listed = children(tree, 'Object');
  if (listed.length === 0 || listed.length > maxDeletes) throw malformedXml();
  const quiet = text(tree, 'Quiet') === 'true';
  const allowed = may(call, 'delete', bucket.name);
  const errors: { Key: string; Code: string; Message: string }[] = [];
  const deleted: {
    Key: string;
    VersionId: string | undefined;
    DeleteMarker?: boolean;
    DeleteMarkerVersionId?: string;
  }[] = [];
  for (const item of listed) {
    const key = text(item, 'Key');
    const versionId = text(item, 'VersionId');
    if (key === undefined) throw malformedXml();
    if (!allowed) {
      errors.push({ Key: key, Code: 'AccessDenied', Message: 'Access Denied' });
      continue;
    }
    const removed = call.store.delete(bucket, key, versionId);
    const marker = removed !== undefined && isDeleteMarker(removed) ? removed : undefined;
    deleted.push({
      Key: key,
      VersionId: versionId,
      ...(marker === undefined ? {} : { DeleteMarker: true, DeleteMarkerVersionId: marker.versionId }),
    });
  }
  return xmlAnswer(xmlDocument('DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors }));
}
