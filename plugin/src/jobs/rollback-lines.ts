import type { JournalOperation, PlannedUpdate } from '../catalog/journal.ts';
import { urlToRestore } from './link-fields.ts';

/** One record of a rollback file: the predecessor's two members, and what this row is about to write. */
export type RollbackLine = {
  readonly Id: string;
  readonly original_url: string;
  readonly written: { readonly url: string; readonly key: string | null; readonly originalUrl: string | null };
};

/**
 * The rollback file of one job, as `rollback --rollback-file` takes it: the predecessor's format with more in it. It
 * lies in the target bucket before the org is written, so that a lost catalog loses no way back.
 */
export function rollbackLines(
  operation: JournalOperation,
  rows: readonly PlannedUpdate[],
  now: Date = new Date(),
): Buffer {
  const records = rows.map((row): RollbackLine => ({
    Id: row.document,
    original_url: urlToRestore(operation, row),
    written: row.after,
  }));
  return Buffer.from(
    JSON.stringify({ timestamp: now.toISOString(), operation, total_records: records.length, records }),
  );
}
