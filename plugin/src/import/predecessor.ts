import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Failure } from '../model/failure.ts';

/** A row of `file_migrations` as the Python scripts left it; nothing in it is trusted. */
export type PredecessorFile = {
  readonly id: number;
  readonly doclist_entry_id: string | null;
  readonly account_id: string | null;
  readonly account_name: string | null;
  readonly original_url: string | null;
  readonly your_s3_key: string | null;
  readonly your_s3_url: string | null;
  readonly file_name: string | null;
  readonly file_size_bytes: number | null;
  readonly file_hash: string | null;
  readonly backup_timestamp: string | null;
  readonly last_modified_sf: string | null;
  readonly salesforce_updated: number | null;
  /** How many documents share its key. */
  readonly sharers: number;
};

export type PredecessorRun = {
  readonly id: number;
  readonly run_type: string | null;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly total_files_processed: number | null;
  readonly successful_files: number | null;
  readonly failed_files: number | null;
  readonly new_files: number | null;
  readonly updated_files: number | null;
  readonly skipped_files: number | null;
  readonly status: string | null;
  readonly error_message: string | null;
};

export type PredecessorError = {
  readonly id: number;
  readonly doclist_entry_id: string | null;
  readonly error_type: string | null;
  readonly error_message: string | null;
  readonly original_url: string | null;
  readonly timestamp: string | null;
};

/** A tracking database of the Python scripts, read page by page and never written. */
export type Predecessor = Disposable & {
  countFiles(): number;
  files(after: number, limit: number): PredecessorFile[];
  runs(): PredecessorRun[];
  errors(after: number, limit: number): PredecessorError[];
};

const tables = ['file_migrations', 'migration_runs', 'migration_errors'] as const;

/** @throws Failure `wrong-use` when the file is not there or is no such database */
export function openPredecessor(file: string): Predecessor {
  if (!existsSync(file)) throw unusable(`There is no file ${file}.`);
  const db = readable(file, () => new Database(file, { readonly: true }));
  try {
    requireTables(db, file);
    // Its key has no record id, so documents of one account may share one. A temporary table: the file stays as it is.
    db.exec(`CREATE TEMP TABLE shared AS SELECT your_s3_key AS key, count(*) AS documents FROM file_migrations
      WHERE your_s3_key IS NOT NULL GROUP BY your_s3_key HAVING count(*) > 1;
      CREATE INDEX temp.shared_key ON shared (key);`);
    const count = db.prepare<[], number>('SELECT count(*) FROM file_migrations').pluck();
    const files = db.prepare<[number, number], PredecessorFile>(
      `SELECT f.id, ${text('doclist_entry_id', 'account_id', 'account_name', 'original_url', 'your_s3_key', 'your_s3_url')},
         ${text('file_name', 'file_hash', 'backup_timestamp', 'last_modified_sf')},
         ${whole('file_size_bytes', 'salesforce_updated')},
         coalesce((SELECT documents FROM temp.shared WHERE key = f.your_s3_key), 1) AS sharers
       FROM file_migrations f WHERE f.id > ? ORDER BY f.id LIMIT ?`,
    );
    const runs = db.prepare<[], PredecessorRun>(
      `SELECT id, ${text('run_type', 'start_time', 'end_time', 'status', 'error_message')},
         ${whole('total_files_processed', 'successful_files', 'failed_files', 'new_files', 'updated_files', 'skipped_files')}
       FROM migration_runs ORDER BY id`,
    );
    const errors = db.prepare<[number, number], PredecessorError>(
      `SELECT id, ${text('doclist_entry_id', 'error_type', 'error_message', 'original_url', 'timestamp')}
       FROM migration_errors WHERE id > ? ORDER BY id LIMIT ?`,
    );
    return {
      countFiles: () => readable(file, () => count.get() ?? 0),
      files: (after, limit) => readable(file, () => files.all(after, limit)),
      runs: () => readable(file, () => runs.all()),
      errors: (after, limit) => readable(file, () => errors.all(after, limit)),
      [Symbol.dispose]: () => void db.close(),
    };
  } catch (error) {
    db.close();
    throw sentence(file, error);
  }
}

/** SQLite keeps whatever was written, whatever its column is called: bytes are read as text, and only whole numbers count. */
function text(...columns: string[]): string {
  return columns.map((column) => `CAST(${column} AS TEXT) AS ${column}`).join(', ');
}

function whole(...columns: string[]): string {
  return columns.map((column) => `iif(typeof(${column}) = 'integer', ${column}, NULL) AS ${column}`).join(', ');
}

/** A database may be broken anywhere, also behind its first page. */
function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw sentence(file, error);
  }
}

function sentence(file: string, error: unknown): unknown {
  return error instanceof Database.SqliteError ? unusable(`${file} cannot be read: ${error.message}.`) : error;
}

function requireTables(db: Database.Database, file: string): void {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const absent = tables.filter((table) => !names.includes(table));
  if (absent.length === 0) return;
  throw unusable(
    names.includes('documents') && names.includes('catalog')
      ? `${file} is a catalog of this plugin, not a database of the Python scripts.`
      : `${file} is no tracking database of the Python scripts: it has no table ${absent.join(', ')}.`,
  );
}

function unusable(message: string): Failure {
  return new Failure(message, {
    code: 'wrong-use',
    actions: ['Name the database of the Python scripts: sf migrate files import --database <path>'],
  });
}
