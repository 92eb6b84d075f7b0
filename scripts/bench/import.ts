/*
 * How fast a database of the Python scripts is adopted: `npm run bench:import`.
 *   --rows N   rows of the database, each with its object in the bucket (default 100000)
 *   --json     the last line is one JSON object {ours, limits}
 * The store is the stand-in, in a process of its own; the figures are those of the importing process alone.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { DEFAULT_KEY_LAYOUT, keyLayout, organizationId, toSalesforceId } from '@file-migration/config';
import { openCatalog } from '../../plugin/src/catalog/catalog.ts';
import { ImportProgress, importPredecessor } from '../../plugin/src/import/index.ts';
import { createStorage } from '../../plugin/src/storage/create-storage.ts';
import { startObjectStore } from '../../test/stand-ins/object-store/server.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false },
    // how this script starts its store
    store: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const bucket = 'own-files';
const credential = { accessKeyId: 'BENCHIMPORT000000001', secretAccessKey: 'bench-import-no-secret-0123456789abcdef' };
const limits = { rssMB: 300 };
const keyOf = (nth: number): string => `uploads/${accountOf(nth)}/Account/file-${nth}.pdf`;

if (values.store) await serve();
else await main();

/** Every tenth file is gone, as after a run that died. */
async function serve(): Promise<void> {
  const store = await startObjectStore({ buckets: [bucket], credentials: [credential] });
  for (let nth = 0; nth < rows; nth++) {
    if (nth % 10 !== 9) store.seed(bucket, keyOf(nth), { bytes: contentOf(nth) });
    if (nth % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  process.send?.({ url: store.url, region: store.region });
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-import-'));
  const store: ChildProcess = fork(import.meta.filename, ['--store', '--rows', String(rows)], {
    execArgv: process.execArgv,
  });
  try {
    const [{ url, region }] = (await once(store, 'message')) as [{ url: string; region: string }];
    const database = join(folder, 'old.db');
    fill(database);
    const organization = organizationId('00D000000000001EAA');
    const layout = keyLayout(DEFAULT_KEY_LAYOUT);
    const catalog = await openCatalog({
      file: join(folder, 'migration_tracking.db'),
      binding: {
        organizationId: organization,
        object: 'DocListEntry__c',
        urlField: 'Document__c',
        bucket,
        prefix: layout.prefix,
      },
      command: 'bench',
      layout,
      linkBaseUrls: [],
    });
    const storage = createStorage({
      organizationId: organization,
      target: { bucket, prefix: layout.prefix, region, endpoint: url, credentials: { kind: 'keys', ...credential } },
      source: { ways: ['server-side-copy'] },
      fence: () => catalog.fence(),
    });
    const cpuBefore = process.cpuUsage();
    const result = await importPredecessor(
      { catalog, storage, log: { event: () => undefined, failure: () => undefined, close: () => undefined } },
      { database, layout, outputFile: undefined },
      { command: 'bench', configSnapshot: {} },
      new ImportProgress(),
      new AbortController().signal,
    );
    const cpu = process.cpuUsage(cpuBefore);
    const same = JSON.stringify(await catalog.counts()) === JSON.stringify(await catalog.recount());
    await storage.close();
    await catalog.close();
    const ours = {
      rows,
      adopted: result.adopted,
      notThere: result.toCopy['not-there'],
      countsAddUp: same,
      seconds: result.seconds,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      // maxRSS is in kilobytes
      rssMB: process.resourceUsage().maxRSS / 1024,
    };
    console.log(
      `${rows} rows: ${ours.adopted} adopted, ${ours.notThere} to copy, ${ours.seconds.toFixed(1)} s, CPU ${ours.cpuSeconds.toFixed(1)} s, RSS ${ours.rssMB.toFixed(0)} MB`,
    );
    if (values.json) console.log(JSON.stringify({ ours, limits }));
    if (ours.rssMB > limits.rssMB || !same || ours.adopted + ours.notThere !== rows) process.exitCode = 1;
  } finally {
    store.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(file: string): void {
  const db = new Database(file);
  db.exec(`PRAGMA synchronous = OFF;
    CREATE TABLE file_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, doclist_entry_id TEXT UNIQUE, account_id TEXT,
      account_name TEXT, original_url TEXT, your_s3_key TEXT, your_s3_url TEXT, file_name TEXT, file_size_bytes INTEGER,
      file_hash TEXT, backup_timestamp TEXT, last_modified_sf TEXT, migration_phase INTEGER DEFAULT 1,
      salesforce_updated INTEGER DEFAULT 0, created_date TEXT, updated_date TEXT);
    CREATE TABLE migration_runs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_type TEXT, start_time TEXT, end_time TEXT,
      total_files_processed INTEGER, successful_files INTEGER, failed_files INTEGER, new_files INTEGER,
      updated_files INTEGER, skipped_files INTEGER, status TEXT, error_message TEXT, config_snapshot TEXT);
    CREATE TABLE migration_errors (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER, doclist_entry_id TEXT,
      error_type TEXT, error_message TEXT, original_url TEXT, timestamp TEXT);
    INSERT INTO migration_runs (run_type, start_time, status) VALUES ('backup', '2025-03-04T05:00:00', 'running');`);
  const insert = db.prepare(`INSERT INTO file_migrations (doclist_entry_id, account_id, account_name, original_url,
    your_s3_key, file_name, file_size_bytes, backup_timestamp, last_modified_sf)
    VALUES (?, ?, 'Account', ?, ?, ?, ?, '2025-03-04T05:06:07', '2025-01-02T03:04:05')`);
  db.transaction(() => {
    for (let nth = 0; nth < rows; nth++) {
      const name = `file-${nth}.pdf`;
      const url = `https://vendor-files.s3.us-west-2.amazonaws.com/${name}`;
      insert.run(idOf('a0B', nth), accountOf(nth), url, keyOf(nth), name, contentOf(nth).length);
    }
  })();
  db.close();
}

function idOf(prefix: string, nth: number): string {
  return toSalesforceId(`${prefix}${String(nth).padStart(12, '0')}`);
}

function accountOf(nth: number): string {
  return idOf('001', Math.floor(nth / 50));
}

function contentOf(nth: number): string {
  return `%PDF-1.4 file ${nth}`;
}
