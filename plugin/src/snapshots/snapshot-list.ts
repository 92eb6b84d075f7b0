import type { CatalogBinding } from '../catalog/port.ts';
import type { Storage } from '../storage/storage.ts';
import { parseSnapshotName, snapshotFolder } from './snapshot-file.ts';

/** A snapshot in the bucket, as its name tells. */
export type ListedSnapshot = {
  readonly key: string;
  readonly catalog: string;
  readonly epoch: number;
  /** ISO 8601. */
  readonly at: string;
  /** Packed. */
  readonly bytes: number;
};

/** The snapshots of one migration, the newest first; objects of other names in their folder are no snapshots. */
export async function listSnapshots(
  storage: Pick<Storage, 'listTarget'>,
  binding: CatalogBinding,
  signal: AbortSignal,
): Promise<ListedSnapshot[]> {
  const folder = `${binding.prefix}${snapshotFolder(binding)}`;
  const found: ListedSnapshot[] = [];
  for await (const { key, size } of storage.listTarget(folder, signal)) {
    const named = parseSnapshotName(key.slice(folder.length));
    if (named !== undefined) found.push({ key, ...named, bytes: size });
  }
  return found.sort((a, b) => b.epoch - a.epoch || (a.at < b.at ? 1 : -1));
}
