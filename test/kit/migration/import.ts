import { createHash } from 'node:crypto';
import { organizationId, type MigrationConfig } from '@file-migration/config';
import type Database from 'better-sqlite3';
import { openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import { ImportProgress, importPredecessor, type ImportResult } from '../../../plugin/src/import/import.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import { catalogOptions } from '../../../plugin/src/context/binding.ts';
import { storageOptions } from '../../../plugin/src/context/storage-options.ts';
import { TARGET, VENDOR, type MigrationWorld, type Written } from './migration-world.ts';
import { storeKeys } from './world-config.ts';

/** What the Python scripts made. */
export const oldSchema = `
CREATE TABLE file_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, doclist_entry_id TEXT UNIQUE, account_id TEXT,
  account_name TEXT, original_url TEXT, your_s3_key TEXT, your_s3_url TEXT, file_name TEXT, file_size_bytes INTEGER,
  file_hash TEXT, backup_timestamp TEXT, last_modified_sf TEXT, migration_phase INTEGER DEFAULT 1,
  salesforce_updated INTEGER DEFAULT 0, created_date TEXT, updated_date TEXT);
CREATE TABLE migration_runs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_type TEXT, start_time TEXT, end_time TEXT,
  total_files_processed INTEGER, successful_files INTEGER, failed_files INTEGER, new_files INTEGER,
  updated_files INTEGER, skipped_files INTEGER, status TEXT, error_message TEXT, config_snapshot TEXT);
CREATE TABLE migration_errors (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER, doclist_entry_id TEXT,
  error_type TEXT, error_message TEXT, original_url TEXT, timestamp TEXT);`;

export type OldRow = { readonly key?: string; readonly updated?: 0 | 1; readonly size?: number };

/** The key under which the scripts kept a document. */
export function oldKey({ key, account }: Written): string {
  return `uploads/${account}/Account/${key}`;
}

/** Writes a document's row as the scripts did. @returns its key in the bucket */
export function addOldRow(
  old: Database.Database,
  { store }: Pick<MigrationWorld, 'store'>,
  document: Written,
  { key = oldKey(document), size = 200, updated = 0 }: OldRow = {},
): string {
  old
    .prepare(
      `INSERT INTO file_migrations (doclist_entry_id, account_id, account_name, original_url, your_s3_key, your_s3_url,
         file_name, file_size_bytes, file_hash, backup_timestamp, last_modified_sf, salesforce_updated)
       VALUES (?, ?, 'Account', ?, ?, ?, ?, ?, ?, '2025-03-04T05:06:07', '2025-01-02T03:04:05', ?)`,
    )
    .run(
      document.id,
      document.account,
      `https://${VENDOR}.s3.us-west-2.amazonaws.com/${document.key}`,
      key,
      `https://${TARGET}.s3.us-west-2.amazonaws.com/${key}`,
      document.key,
      size,
      createHash('sha256').update(store.read(VENDOR, document.key)).digest('hex'),
      updated,
    );
  return key;
}

/** One import with the real catalog and storage, as a process of its own would do it. */
export async function runImport(
  { org, config }: { readonly org: { readonly orgId: string }; readonly config: MigrationConfig },
  database: string,
): Promise<ImportResult> {
  const organization = organizationId(org.orgId);
  const catalog = await openCatalog(catalogOptions(config, organization, 'test import'));
  const storage = createStorage(
    storageOptions(config, { organizationId: organization, env: storeKeys, fence: () => catalog.fence() }),
  );
  try {
    return await importPredecessor(
      { catalog, storage, log: { event: () => undefined, failure: () => undefined, close: () => undefined } },
      { database, layout: config.key, outputFile: undefined },
      {
        info: { command: 'test import', configSnapshot: {} },
        progress: new ImportProgress(),
        signal: new AbortController().signal,
      },
    );
  } finally {
    await storage.close();
    await catalog.close();
  }
}
