import { isArchived, restoreState } from '../archive.ts';
import { may } from '../access.ts';
import { isDeleteMarker, type ObjectVersion } from '../bucket.ts';
import { bucketFor, parameter, type Answer, type Call } from '../call.ts';
import { receiveText } from '../receive-body.ts';
import { accessDenied, noSuchKey, S3Error } from '../s3-error.ts';
import { malformedXml, parseXml, text } from '../xml.ts';

const dayMilliseconds = 24 * 3600_000;

/** Makes an archived object readable after the store's restore time, for as many days as the body says. */
export async function restoreObject(call: Call): Promise<Answer> {
  const { key } = call.request;
  const bucket = bucketFor(call, 'restore');
  const days = text(parseXml(await receiveText(call), 'RestoreRequest'), 'Days');
  const versionId = parameter(call, 'versionId');
  const entry = versionId === undefined ? bucket.newest(key) : bucket.version(key, versionId);
  if (entry === undefined || isDeleteMarker(entry)) {
    throw may(call, 'list', bucket.name) ? noSuchKey(key) : accessDenied();
  }
  if (!isArchived(entry)) {
    throw new S3Error('InvalidObjectState', "Restore is not allowed for the object's current storage class", {
      elements: { StorageClass: entry.storageClass },
    });
  }
  const lasting = readLasting(days, entry);
  const now = call.store.now();
  const state = restoreState(entry, now);
  if (state?.includes('"true"') === true) {
    throw new S3Error('RestoreAlreadyInProgress', 'Object restore is already in progress');
  }
  const from = state === undefined ? now + call.settings.restoreMilliseconds : (entry.restored?.from ?? now);
  call.store.amend(bucket, key, {
    ...entry,
    restored: { from, until: lasting === 'for good' ? Number.MAX_SAFE_INTEGER : now + lasting * dayMilliseconds },
  });
  return { status: state === undefined ? 202 : 200 };
}

/** Days that the restored copy stays; an object of INTELLIGENT_TIERING comes back for good, and takes no Days. */
function readLasting(text: string | undefined, { archiveStatus }: ObjectVersion): number | 'for good' {
  if (archiveStatus !== undefined) {
    if (text === undefined) return 'for good';
    throw new S3Error(
      'InvalidArgument',
      'INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring this object',
    );
  }
  if (text === undefined) throw malformedXml();
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1) return days;
  throw new S3Error('InvalidArgument', 'restoration days should be at least 1');
}
