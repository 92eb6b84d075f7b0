import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CatalogReader } from '../catalog/port.ts';
import { bytes, count } from '../format/quantity.ts';
import { checksOf, type Check } from './check.ts';

/** What a document takes in the catalog with its indexes, bytes; the benchmark holds it to that. */
const bytesPerDocument = 900;
const leastFreeBytes = 1_000_000_000;

/** Whether this computer can hold the catalog of that many documents. */
export async function diskCheck(catalogFile: string, documents: number | undefined): Promise<Check> {
  const { pass, fail } = checksOf('machine');
  const folder = dirname(catalogFile);
  const disk = await statfs(folder).catch(() => undefined);
  if (disk === undefined) {
    return fail('machine-disk', `The folder of the catalog, ${folder}, does not exist.`, `mkdir -p ${folder}`);
  }
  const free = disk.bavail * disk.bsize;
  // the write-ahead log may grow to the size of what a run writes between checkpoints
  const needed = Math.max(leastFreeBytes, (documents ?? 0) * bytesPerDocument * 2);
  const finding = `${bytes(free)} are free in ${folder}; the catalog${documents === undefined ? '' : ` of ${count(documents)} documents`} wants ${bytes(needed)}.`;
  return free >= needed
    ? pass('machine-disk', finding)
    : fail('machine-disk', finding, 'Make room, or set catalog.file in migration.json to another disk.');
}

/** Whether somebody else works on the catalog, and whether its counters are what a recount gives. */
export async function catalogChecks(catalog: CatalogReader | undefined, file: string): Promise<Check[]> {
  const { pass, warn, fail } = checksOf('catalog');
  if (catalog === undefined) return [pass('catalog-state', `There is no catalog yet; the first backup makes ${file}.`)];
  const [kept, recounted, holder] = [await catalog.counts(), await catalog.recount(), await catalog.holder()];
  const checks = [
    JSON.stringify(kept) === JSON.stringify(recounted) || holder !== undefined
      ? pass('catalog-counts', `${count(kept.documents)} documents are in the catalog, and its counters add up.`)
      : fail(
          'catalog-counts',
          'The counters of the catalog differ from a recount of its rows.',
          'Keep the file and report this; a copy of it is the evidence.',
        ),
  ];
  if (holder !== undefined) {
    checks.push(
      warn(
        'catalog-lock',
        `"${holder.command}" works on it on ${holder.host}, process ${holder.pid}.`,
        'Wait for it: sf migrate files status --watch',
      ),
    );
  }
  return checks;
}
