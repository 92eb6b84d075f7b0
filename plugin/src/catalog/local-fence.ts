import type Database from 'better-sqlite3';
import { openForReading, sentences } from './database.ts';
import { lockLost } from './lock.ts';

/** The fence as the thread that copies asks it: before every write, so it must cost next to nothing. */
export type LocalFence = {
  /** @throws Failure `lock-lost` (stop) when another process has the next epoch */
  check(): void;
  close(): void;
};

/**
 * Milliseconds that an answer is good for. A write that was let go is under way for longer than that, so asking for each
 * of hundreds a second would make none of them safer.
 */
const goodForMs = 10;

/**
 * Reads the epoch on the caller's own connection: one row, a few microseconds. Readers of a write-ahead log never wait for
 * its writer; a question to the catalog's thread would wait behind its transactions and cost both threads a wake-up for
 * every file.
 */
export function localFence(file: string, epoch: number): LocalFence {
  const db: Database.Database = openForReading(file);
  const current = db.prepare<[], number>('SELECT epoch FROM catalog_lock').pluck();
  let heldAt = -Infinity;
  return {
    check() {
      const now = performance.now();
      if (now - heldAt < goodForMs) return;
      if (sentences(file, () => current.get()) !== epoch) throw lockLost(file);
      heldAt = now;
    },
    close: () => void db.close(),
  };
}
