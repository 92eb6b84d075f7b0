import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OWN_FOLDER } from '@file-migration/config/contract';
import type { Catalog, CatalogBinding } from '../catalog/port.ts';
import type { SnapshotNote } from '../catalog/ownership.ts';
import type { Storage } from '../storage/storage.ts';
import { manifestOf, packed, snapshotFileName, snapshotFolder } from './snapshot-file.ts';
import { listSnapshots } from './snapshot-list.ts';

/** Snapshots of one migration that are kept. */
const keptSnapshots = 10;

export type SnapshotTools = {
  readonly catalog: Pick<Catalog, 'identity' | 'copyTo' | 'snapshotTaken'>;
  readonly storage: Pick<Storage, 'putOwnObject' | 'listTarget' | 'removeSnapshot'>;
  readonly binding: CatalogBinding;
  /** Of the bucket's owner: this process. */
  readonly epoch: number;
  /** The catalog's file: the copy is made beside it, where there is room for it. */
  readonly file: string;
};

/**
 * Puts a consistent copy of the catalog into the bucket, while work on the catalog goes on, and deletes all but the newest
 * ten. It holds what the catalog holds: names and URLs as they stand on the records, and no secret of this machine.
 * @throws Failure; the catalog and the work on it are untouched
 */
export async function writeSnapshot(
  { catalog, storage, binding, epoch, file }: SnapshotTools,
  signal: AbortSignal,
): Promise<SnapshotNote> {
  const folder = await mkdtemp(join(dirname(file), '.catalog-snapshot-'));
  try {
    const copy = join(folder, 'catalog.db');
    await catalog.copyTo(copy);
    const { uuid, schemaVersion } = catalog.identity;
    const at = Date.now();
    const facts = { catalog: uuid, binding, epoch, schemaVersion, at: new Date(at).toISOString() };
    const manifest = await manifestOf(copy, facts);
    const name = `${snapshotFolder(binding)}${snapshotFileName(manifest)}`;
    const content = { contentType: 'application/zstd', chunks: packed(copy, manifest) };
    const { key, size } = await storage.putOwnObject(name.slice(OWN_FOLDER.length), content, signal);
    const note = { key, at, bytes: size };
    await catalog.snapshotTaken(note);
    await removeOld(storage, binding, uuid, signal);
    return note;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Only snapshots of this very catalog: another one's may be all that is left of it. */
async function removeOld(
  storage: SnapshotTools['storage'],
  binding: CatalogBinding,
  catalog: string,
  signal: AbortSignal,
): Promise<void> {
  const own = (await listSnapshots(storage, binding, signal)).filter((snapshot) => snapshot.catalog === catalog);
  for (const { key } of own.slice(keptSnapshots)) await storage.removeSnapshot(key, signal);
}
