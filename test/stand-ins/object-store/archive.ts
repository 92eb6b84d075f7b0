import type { ObjectVersion } from './bucket.ts';
import { S3Error } from './s3-error.ts';

/** Classes that must be restored before they can be read; GLACIER_IR can be read at once. */
const archiveClasses = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Archived by its class, or as an object of INTELLIGENT_TIERING by the tier that it moved to. */
export const isArchived = ({ storageClass, archiveStatus }: ObjectVersion): boolean =>
  archiveClasses.has(storageClass) || archiveStatus !== undefined;

const isReadable = (version: ObjectVersion, now: number): boolean =>
  !isArchived(version) ||
  (version.restored !== undefined && version.restored.from <= now && now < version.restored.until);

/** Throws InvalidObjectState for an archived object that is not restored. */
export function requireReadable(version: ObjectVersion, now: number): void {
  if (isReadable(version, now)) return;
  const { storageClass, archiveStatus } = version;
  const what = archiveStatus === undefined ? 'storage class' : 'access tier';
  throw new S3Error('InvalidObjectState', `The operation is not valid for the object's ${what}`, {
    elements: { StorageClass: storageClass, ...(archiveStatus === undefined ? {} : { AccessTier: archiveStatus }) },
  });
}

/** The value of x-amz-restore, or undefined when nothing was asked for or the restored copy has expired. */
export function restoreState({ restored, archiveStatus }: ObjectVersion, now: number): string | undefined {
  if (restored === undefined || now >= restored.until) return undefined;
  if (now < restored.from) return 'ongoing-request="true"';
  // a restored object of INTELLIGENT_TIERING is back in its frequent tier, and no copy that expires
  if (archiveStatus !== undefined) return undefined;
  return `ongoing-request="false", expiry-date="${new Date(restored.until).toUTCString()}"`;
}

/** The value of x-amz-archive-status: the tier, until the object is back from it. */
export const archiveState = (version: ObjectVersion, now: number): string | undefined =>
  isReadable(version, now) ? undefined : version.archiveStatus;
