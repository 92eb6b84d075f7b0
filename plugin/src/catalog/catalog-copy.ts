import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type CatalogOptions, openCatalog } from './catalog.ts';
import { openForReading } from './database.ts';
import type { Catalog } from './port.ts';
import type { SharedClock } from './wire.ts';

/** Pages that are copied at once: all, so that a process which writes meanwhile does not make the copy begin anew. */
const everyPage = 2 ** 31 - 1;

/** So late that every try which was put off is due. */
const afterAllWaits = Date.UTC(9999, 0);

/**
 * A copy of the catalog (or a new one where there is none) beside it, and gone when it is closed: what a run would do is
 * found out by doing it there, at a time when all that was put off is due. Needs as much room on the disk as the catalog takes.
 * @throws Failure (stop) like {@link openCatalog}, but never `catalog-locked`: others may work on the catalog meanwhile
 */
export async function openCatalogCopy(options: CatalogOptions): Promise<Catalog> {
  const original = resolve(options.file);
  const beside = dirname(original);
  const folder = await mkdtemp(join(existsSync(beside) ? beside : tmpdir(), '.catalog-copy-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, basename(original));
    if (existsSync(original)) await copy(original, file);
    const clock: SharedClock = new Float64Array(new SharedArrayBuffer(8)).fill(afterAllWaits);
    const catalog = await openCatalog({ ...options, file, clock, takeOver: true });
    return {
      ...catalog,
      close: async () => {
        await catalog.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** With all that is committed, the write-ahead log included. */
async function copy(from: string, to: string): Promise<void> {
  const db = openForReading(from);
  try {
    await db.backup(to, { progress: () => everyPage });
  } finally {
    db.close();
  }
}
