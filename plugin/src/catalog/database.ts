import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Failure } from '../model/failure.ts';
import type { KnownFailureCode } from '../model/failure-codes.ts';

/** Milliseconds that a statement waits for another connection's write before it gives up. */
const busyTimeoutMs = 5_000;
/** KiB of pages kept in memory: enough for the indexes' hot parts, and the same for ten thousand and two million rows. */
const cacheKiB = 24 * 1024;
/**
 * Pages (of 4 KiB) in the write-ahead log before they go into the file. Most pages of the indexes are written again and
 * again: the more of that the log takes, the less often they go into the file.
 */
const checkpointPages = 16_000;

/** Opens the catalog's file for writing, and makes it when it is not there. */
export function openForWriting(file: string, maxBytes?: number): Database.Database {
  requireNoFolder(file);
  return sentences(file, () => {
    ownersOnly(file);
    const db = new Database(file, { timeout: busyTimeoutMs });
    try {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma(`cache_size = -${cacheKiB}`);
      db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
      if (maxBytes !== undefined) {
        db.pragma(`max_page_count = ${Math.floor(maxBytes / (db.pragma('page_size', { simple: true }) as number))}`);
      }
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** @throws Failure `catalog-missing` (stop) when there is no such file */
export function openForReading(file: string): Database.Database {
  if (!existsSync(file)) {
    throw new Failure(`There is no catalog at ${file} yet.`, {
      code: 'catalog-missing',
      actions: ['sf migrate files backup'],
    });
  }
  requireNoFolder(file);
  return sentences(file, () => new Database(file, { readonly: true, timeout: busyTimeoutMs }));
}

/**
 * The catalog holds URLs with signatures, and names: nobody else on the machine is to read it. SQLite makes the files
 * beside it with the same rights.
 */
function ownersOnly(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  } catch {
    // SQLite says what is wrong with the file
  }
}

/** SQLite would call a folder a failing disk. */
function requireNoFolder(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new Failure(`${file} is a folder; the catalog is a file.`, {
    code: 'catalog-is-folder',
    actions: ['Name a file in it: catalog.file in migration.json'],
  });
}

/** Runs work on a database; what SQLite says about disks and damaged files comes out as a sentence with a next step. */
export function sentences<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Database.SqliteError ? (sentence(file, error) ?? error) : error;
  }
}

function sentence(file: string, error: InstanceType<typeof Database.SqliteError>): Failure | undefined {
  const stop = (code: KnownFailureCode, message: string, ...actions: string[]): Failure =>
    new Failure(message, { code, failureClass: 'stop', actions, cause: error });
  const resume = 'Then run the same command again: it goes on where it stopped';
  switch (error.code.split('_').slice(0, 2).join('_')) {
    case 'SQLITE_FULL':
      return stop(
        'catalog-disk-full',
        `The disk that holds the catalog ${file} is full; what was committed before is safe.`,
        'Free some space there',
        resume,
      );
    case 'SQLITE_IOERR':
      return stop(
        'catalog-io-error',
        `The catalog ${file} cannot be read or written (${error.code}); what was committed before is safe.`,
        'Check the disk, its free space and quota',
        resume,
      );
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return stop(
        'catalog-damaged',
        `${file} is damaged or no catalog at all (${error.code}).`,
        'Restore the file from a backup, or move it away and run: sf migrate files backup --full (files that were copied are recognized in the bucket, not copied again)',
      );
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
      return stop(
        'catalog-not-writable',
        `The catalog ${file} cannot be opened for writing (${error.code}).`,
        'Check that the folder is there and that you may write to it',
      );
    case 'SQLITE_BUSY':
      return stop(
        'catalog-busy',
        `Another program keeps the catalog ${file} busy.`,
        'Close other programs that have it open (a database browser with unsaved changes, a backup tool)',
      );
    default:
      return undefined;
  }
}
