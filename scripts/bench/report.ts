/*
 * How fast and how small the report is: `npm run bench:report`.
 *   --documents N   documents (default 2000000)
 *   --keep FOLDER   leaves the catalog and the page there
 *   --json          the last line is one JSON object {ours, peer, ratios, limits}
 * The peer counts the same figures as a plain script would: every row in memory, then counted.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { DEFAULT_KEY_LAYOUT, keyLayout, organizationId } from '@file-migration/config';
import { openCatalog } from '../../plugin/src/catalog/catalog.ts';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import { readReport } from '../../plugin/src/report/report.ts';
import { reportPage } from '../../plugin/src/ui/report/html.ts';

type Figures = { readonly seconds: number; readonly rssMB: number; readonly fileMB: number };

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000000' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    // how this script starts itself, once for each side
    side: { type: 'string' },
    folder: { type: 'string' },
  },
});
const limits = { seconds: 20, rssMB: 300, fileMB: 2 };
const file = (folder: string): string => join(folder, 'migration_tracking.db');

if (values.side === 'ours') process.send?.(await ours(values.folder ?? ''));
else if (values.side === 'peer') process.send?.(peer(values.folder ?? ''));
else await main();

async function main(): Promise<void> {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'bench-report-'));
  mkdirSync(folder, { recursive: true });
  try {
    await fill(folder, Number(values.documents));
    const theirs = await inItsOwnProcess('peer', folder);
    const own = await inItsOwnProcess('ours', folder);
    const ratios = { seconds: own.seconds / theirs.seconds, rssMB: own.rssMB / theirs.rssMB };
    console.log(`ours  ${own.seconds.toFixed(1)} s  ${own.rssMB.toFixed(0)} MB  page ${own.fileMB.toFixed(2)} MB`);
    console.log(`peer  ${theirs.seconds.toFixed(1)} s  ${theirs.rssMB.toFixed(0)} MB`);
    if (values.json) console.log(JSON.stringify({ ours: own, peer: theirs, ratios, limits }));
    if (own.seconds > limits.seconds || own.rssMB > limits.rssMB || own.fileMB > limits.fileMB) process.exitCode = 1;
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function inItsOwnProcess(side: 'ours' | 'peer', folder: string): Promise<Figures> {
  const child = fork(import.meta.filename, ['--side', side, '--folder', folder], { execArgv: process.execArgv });
  const [figures] = (await once(child, 'message')) as [Figures];
  return figures;
}

async function ours(folder: string): Promise<Figures> {
  const started = performance.now();
  const catalog = await openCatalogReader(file(folder));
  const page = reportPage(await readReport(catalog, { at: Date.now() }));
  await catalog.close();
  const out = join(folder, 'migration-report.html');
  writeFileSync(out, page);
  return { ...spent(started), fileMB: statSync(out).size / 1e6 };
}

function peer(folder: string): Figures {
  const started = performance.now();
  const db = new Database(file(folder), { readonly: true });
  const rows = db
    .prepare<[], { file_name: string; file_size_bytes: number; backup_timestamp: string | null; state: string }>(
      'SELECT file_name, file_size_bytes, backup_timestamp, state FROM file_migrations',
    )
    .all();
  const counts = new Map<string, number>();
  for (const { file_name, backup_timestamp, state } of rows) {
    for (const name of [file_name.split('.').at(-1) ?? '', backup_timestamp?.slice(0, 10) ?? '', state]) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  db.close();
  return { ...spent(started), fileMB: 0 };
}

function spent(started: number): Pick<Figures, 'seconds' | 'rssMB'> {
  // maxRSS is in kilobytes
  return { seconds: (performance.now() - started) / 1000, rssMB: process.resourceUsage().maxRSS / 1024 };
}

/** A catalog as after a backup of some weeks; its rows are written past the port, which is not what is measured. */
async function fill(folder: string, documents: number): Promise<void> {
  const catalog = await openCatalog({
    file: file(folder),
    binding: {
      organizationId: organizationId('00D000000000001EAA'),
      object: 'DocListEntry__c',
      urlField: 'Document__c',
      bucket: 'own-files',
      prefix: 'uploads/',
    },
    command: 'bench',
    layout: keyLayout(DEFAULT_KEY_LAYOUT),
    linkBaseUrls: [],
  });
  const run = await catalog.startRun({
    type: 'backup',
    mode: 'full',
    command: 'sf migrate files backup',
    configSnapshot: {},
  });
  await catalog.finishRun(run, { status: 'completed' });
  await catalog.close();
  const db = new Database(file(folder));
  const accounts = Math.max(1, Math.floor(documents / 270));
  db.pragma('synchronous = OFF');
  db.exec(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${documents - 1}),
    d AS (SELECT i, printf('a0B%015d', i) AS id, printf('001%015d', (i * 7919) % ${accounts} * ((i * 7919) % ${accounts}) / ${accounts}) AS account,
      CASE WHEN i % 100 < 62 THEN 'pdf' WHEN i % 100 < 78 THEN 'xlsx' WHEN i % 100 < 87 THEN 'png' WHEN i % 100 < 92 THEN 'docx'
           WHEN i % 100 < 95 THEN 'xml' WHEN i % 100 < 97 THEN 'csv' WHEN i % 100 < 99 THEN 'zip' ELSE 'msg' END AS ext,
      CASE WHEN i % 1000 < 955 THEN 1 WHEN i % 1000 < 975 THEN 2 WHEN i % 1000 < 985 THEN 3 WHEN i % 1000 < 990 THEN 5
           WHEN i % 1000 < 994 THEN 6 WHEN i % 1000 < 997 THEN 7 ELSE 9 END AS state,
      2000 + (i * 104729) % 2400000 AS size FROM n)
    INSERT INTO documents (doclist_entry_id, account_id, account_name, file_name, original_url, revision, your_s3_key,
      record_code, copy_code, link_code, state_code, skip_rule, evidence, method_code, file_size_bytes, sha256, target_etag,
      backed_up_at, last_modified_at, system_modstamp, created_at, updated_at)
    SELECT id, account, 'Account ' || account, 'Invoice ' || i || '.' || ext,
      'https://vendor-files.s3.us-west-2.amazonaws.com/files/' || i || '.' || ext, 1,
      'uploads/' || account || '/Account/' || id || '/Invoice_' || i || '.' || ext, 0,
      CASE state WHEN 1 THEN 2 WHEN 2 THEN 1 WHEN 3 THEN 0 WHEN 5 THEN 3 WHEN 6 THEN 4 WHEN 7 THEN 5 ELSE 7 END, 0, state,
      CASE state WHEN 9 THEN 'too-large' END,
      CASE WHEN state = 1 THEN CASE WHEN i % 10 < 6 THEN 'A' WHEN i % 10 < 8 THEN 'B' ELSE 'D' END WHEN state = 2 THEN 'E' END,
      1, CASE WHEN state <= 2 THEN size END, CASE WHEN state <= 2 THEN randomblob(32) END,
      CASE WHEN state <= 2 THEN lower(hex(randomblob(16))) END,
      CASE WHEN state <= 2 THEN 1792000000000 + CAST(2000000000.0 * i / ${documents} AS INTEGER) END,
      1700000000000 + i * 1000, 1700000000000 + i * 1000, 1792000000000, 1792000000000 FROM d;
    INSERT INTO document_counts SELECT 'documents', count(*) FROM documents;
    INSERT INTO document_counts SELECT 'bytes', coalesce(sum(file_size_bytes), 0) FROM documents;
    INSERT INTO document_counts SELECT 'state/' || state, count(*) FROM file_migrations GROUP BY state;
    INSERT INTO document_counts SELECT 'evidence/' || evidence, count(*) FROM documents WHERE evidence IS NOT NULL GROUP BY evidence;
    INSERT INTO document_counts SELECT 'skipped/too-large', count(*) FROM documents WHERE skip_rule IS NOT NULL;
    INSERT INTO account_counts SELECT account_id, account_name, count(*), coalesce(sum(file_size_bytes), 0), 0, 0,
      sum(state_code = 1), sum(state_code = 2), sum(state_code = 3), 0, sum(state_code = 5), sum(state_code = 6),
      sum(state_code = 7), 0, sum(state_code = 9), 0, 0 FROM documents GROUP BY account_id;
    INSERT INTO migration_errors (run_id, doclist_entry_id, error_type, failure_class, error_message, original_url,
      occurrences, first_at, last_at, is_open)
    SELECT ${run}, doclist_entry_id, CASE state_code WHEN 5 THEN 'short-body' WHEN 6 THEN 'source-missing' ELSE 'source-denied' END,
      CASE state_code WHEN 5 THEN 'retry' ELSE 'skip' END,
      CASE state_code WHEN 5 THEN '1,200 of 48,112 bytes arrived.' WHEN 6 THEN 'The source holds nothing under the key.' ELSE 'The store refuses to read the object.' END,
      original_url, 1, 1792000000000, 1793000000000, 1 FROM documents WHERE state_code IN (5, 6, 7);
    UPDATE migration_runs SET processed = ${documents}, verified = ${documents} * 955 / 1000, bytes_copied = (SELECT sum(file_size_bytes) FROM documents);
  `);
  db.close();
}
