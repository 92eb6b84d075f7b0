/*
 * How fast a database of the Python scripts is adopted: `npm run bench:import`.
 *   --rows N   rows of the database, each with its object in the bucket (default 100000)
 *   --json     the last line is one JSON object {ours, limits}
 * The store is the stand-in; the figures are those of the importing process alone, from its start to its end.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { toSalesforceId } from '@file-migration/config';
import { TARGET, migrationWorld } from '@file-migration/kit/migration/migration-world';
import { oldSchema } from '@file-migration/kit/migration/import';
import type { ImportRun, ImportRunResult } from './import/import-run.ts';
import { measuredPhase, phasePlace } from './phase/measured-phase.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const limits = { rssMB: 300 };
const keyOf = (nth: number): string => `uploads/${accountOf(nth)}/Account/file-${nth}.pdf`;

const world = await migrationWorld();
try {
  // every tenth file is gone, as after a run that died
  for (let nth = 0; nth < rows; nth++)
    if (nth % 10 !== 9) world.store.seed(TARGET, keyOf(nth), { bytes: contentOf(nth) });
  const database = join(world.folder, 'old.db');
  fill(database);
  const run: ImportRun = { database, ...phasePlace(world) };
  const { result, cpuSeconds, peakRssMb } = await measuredPhase(
    new URL('./import/import-run.ts', import.meta.url),
    run,
  );
  const ours = { rows, ...(result as ImportRunResult), cpuSeconds, rssMB: peakRssMb };
  console.log(
    `${rows} rows: ${ours.adopted} adopted, ${ours.notThere} to copy, ${ours.seconds.toFixed(1)} s, CPU ${ours.cpuSeconds.toFixed(1)} s, RSS ${ours.rssMB.toFixed(0)} MB`,
  );
  if (values.json) console.log(JSON.stringify({ ours, limits }));
  if (ours.rssMB > limits.rssMB || !ours.countsAddUp || ours.adopted + ours.notThere !== rows) process.exitCode = 1;
} finally {
  await world.close();
}

function fill(file: string): void {
  const db = new Database(file);
  db.exec(`PRAGMA synchronous = OFF; ${oldSchema}
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
