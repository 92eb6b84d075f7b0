import { SNAPSHOT_FOLDER } from '@file-migration/config';
import type { TargetBucket } from './bucket.ts';

/**
 * Deletes a snapshot of the catalog: besides probes, the only thing that is ever deleted.
 * @throws RangeError for any other key; Failure
 */
export async function removeSnapshot(target: TargetBucket, key: string, signal: AbortSignal): Promise<void> {
  if (!key.startsWith(`${target.options.prefix}${SNAPSHOT_FOLDER}`)) throw new RangeError(`${key} is no snapshot.`);
  await target.fence();
  await target.client.delete(key, signal);
}
