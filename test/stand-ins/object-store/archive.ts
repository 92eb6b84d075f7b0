import type { ObjectVersion } from './bucket.ts';
import { S3Error } from './s3-error.ts';

/** Classes that must be restored before they can be read; GLACIER_IR can be read at once. */
const archiveClasses = new Set(['GLACIER', 'DEEP_ARCHIVE']);

export const isArchived = (version: ObjectVersion): boolean => archiveClasses.has(version.storageClass);

const isReadable = (version: ObjectVersion, now: number): boolean =>
  !isArchived(version) ||
  (version.restored !== undefined && version.restored.from <= now && now < version.restored.until);

/** Throws InvalidObjectState for an archived object that is not restored. */
export function requireReadable(version: ObjectVersion, now: number): void {
  if (isReadable(version, now)) return;
  throw new S3Error('InvalidObjectState', "The operation is not valid for the object's storage class", {
    elements: { StorageClass: version.storageClass },
  });
}

/** The value of x-amz-restore, or undefined when nothing was asked for or the restored copy has expired. */
export function restoreState({ restored }: ObjectVersion, now: number): string | undefined {
  if (restored === undefined || now >= restored.until) return undefined;
  if (now < restored.from) return 'ongoing-request="true"';
  return `ongoing-request="false", expiry-date="${new Date(restored.until).toUTCString()}"`;
}
