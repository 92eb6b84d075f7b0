import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { Failure } from '../model/failure.ts';
import type { LockHolder } from './port.ts';
import { masked } from '../model/masked.ts';

/** How long a writer waits for a reader that looks whether the lock is held; those take microseconds. */
const patienceMs = 250;

/**
 * The one writer's lock: an exclusive transaction on `<db>.lock` that is never committed. The operating system frees it
 * with the process, however that ends. Who holds it stands in the catalog, where others can read it.
 * @throws Failure `catalog-locked` (stop) when another process of this machine has it
 */
export function acquireLock(file: string, holder: () => LockHolder | undefined): { release: () => void } {
  const lock = new Database(lockFile(file), { timeout: patienceMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return { release: () => lock.close() };
  } catch (error) {
    lock.close();
    throw isBusy(error) ? lockedBy(holder(), file) : error;
  }
}

/** Says whether any process holds the lock, without ever being in its way for longer than a read takes. */
export function isLocked(file: string): boolean {
  if (!existsSync(lockFile(file))) return false;
  const lock = new Database(lockFile(file), { readonly: true, timeout: 0 });
  try {
    lock.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    lock.close();
  }
}

/**
 * Takes the next epoch and writes down who holds the catalog. Call with the lock in hand.
 * @throws Failure `catalog-locked` (stop) when the record names another machine, whose lock this one cannot see, and
 * `takeOver` was not said
 */
export function beginEpoch(
  db: Database.Database,
  { command, takeOver, now, file }: { command: string; takeOver: boolean; now: number; file: string },
): number {
  return db
    .transaction(() => {
      const before = readHolder(db);
      if (before !== undefined && before.host !== hostname() && !takeOver) throw heldElsewhere(before, file);
      db.prepare(
        'UPDATE catalog_lock SET epoch = epoch + 1, host = ?, pid = ?, command = ?, since = ? WHERE one = 1',
      ).run(hostname(), process.pid, masked(command), now);
      return db.prepare<[], number>('SELECT epoch FROM catalog_lock').pluck().get() ?? 0;
    })
    .immediate();
}

/** Clears the record, so that another machine can go on without taking over. */
export function endEpoch(db: Database.Database, epoch: number): void {
  db.prepare('UPDATE catalog_lock SET host = NULL, pid = NULL, command = NULL, since = NULL WHERE epoch = ?').run(
    epoch,
  );
}

/** Who took the catalog last and did not give it back, be the process alive or not. */
export function readHolder(db: Database.Database): LockHolder | undefined {
  return db
    .prepare<[], LockHolder>('SELECT host, pid, command, since, epoch FROM catalog_lock WHERE host IS NOT NULL')
    .get();
}

export function lockLost(file: string): Failure {
  return new Failure(`Another process has taken over the catalog ${file}; this one has stopped writing.`, {
    code: 'lock-lost',
    actions: ['See who works on it: sf migrate files status --runs'],
  });
}

function lockFile(file: string): string {
  return `${file}.lock`;
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

function lockedBy(holder: LockHolder | undefined, file: string): Failure {
  const who = holder === undefined ? 'another process that has just started' : describe(holder);
  return new Failure(`The catalog ${file} is in use by ${who}.`, {
    code: 'catalog-locked',
    actions: [
      'Wait until it is done, or watch it: sf migrate files status --watch',
      ...(holder === undefined ? [] : [`Or end it, nothing is lost: kill ${holder.pid}`]),
    ],
  });
}

function heldElsewhere(holder: LockHolder, file: string): Failure {
  return new Failure(
    `The catalog ${file} was last used on another machine and not given back: ${describe(holder)}. ` +
      'This machine cannot see whether that process still runs.',
    {
      code: 'catalog-locked',
      actions: [`Make sure that nothing runs on ${holder.host} any more, then repeat the command with --take-over`],
    },
  );
}

function describe({ host, pid, command, since }: LockHolder): string {
  return `"${command}" (process ${pid} on ${host}, since ${new Date(since).toISOString()})`;
}
