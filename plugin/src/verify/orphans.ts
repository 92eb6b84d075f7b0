import { OWN_FOLDER } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import type { Storage } from '../storage/storage.ts';
import type { Findings } from './finding.ts';
import type { VerifyProgress } from './verify-progress.ts';

const keysAtOnce = 500;

export type OrphanSearch = {
  readonly catalog: CatalogReader;
  readonly storage: Storage;
  readonly findings: Findings;
  readonly progress: VerifyProgress;
};

/** Finds objects below the prefix that belong to no document and no revision; returns how many objects there are. */
export async function findOrphans(
  { catalog, storage, findings, progress }: OrphanSearch,
  prefix: string,
  signal: AbortSignal,
): Promise<number> {
  let objects = 0;
  let keys: string[] = [];
  const look = async (): Promise<void> => {
    for (const key of await catalog.unknownKeys(keys)) {
      const message = 'The catalog knows no document or revision with this object.';
      findings.add({ kind: 'orphan-object', document: undefined, key, message });
    }
    objects += keys.length;
    progress.listed(keys.length);
    keys = [];
  };
  for await (const { key } of storage.listTarget(prefix, signal)) {
    if (key.startsWith(prefix + OWN_FOLDER)) continue;
    keys.push(key);
    if (keys.length >= keysAtOnce) await look();
  }
  await look();
  return objects;
}
