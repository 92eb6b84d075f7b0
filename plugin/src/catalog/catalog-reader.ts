import { resolve } from 'node:path';
import { openForReading, sentences } from './database.ts';
import type { CatalogReader } from './port.ts';
import { catalogReads } from './reads.ts';
import { requirePresentSchema } from './schema.ts';
import { callByName, promised, type CallByName } from './synchronous.ts';
import { openTables } from './tables/tables.ts';

/**
 * Opens the catalog for looking at it: in this thread, without a lock, beside a process that writes or after one that
 * was killed.
 * @throws Failure (stop): `catalog-missing`, `catalog-empty`, `catalog-older`, `catalog-newer`, `catalog-of-predecessor`,
 * `catalog-foreign`, `catalog-damaged`
 */
export function openCatalogReader(file: string): Promise<CatalogReader> {
  // An executor that throws rejects its promise.
  return new Promise((done) => done(openReader(resolve(file))));
}

function openReader(file: string): CatalogReader {
  const db = openForReading(file);
  try {
    return sentences(file, () => {
      requirePresentSchema(db, file);
      const tables = openTables(db);
      const methods = { ...catalogReads(db, file, tables), close: () => void db.close() };
      const call: CallByName = (name, args) =>
        new Promise((done) => done(sentences(file, () => callByName(methods, name, args))));
      return { identity: tables.identity.identity(), ...promised<CatalogReader>(Object.keys(methods), call) };
    });
  } catch (error) {
    db.close();
    throw error;
  }
}
