import type Database from 'better-sqlite3';
import type { AccountKey } from './account-key.ts';
import { withoutAccount } from './account-key.ts';

/** SQL that names the documents of the index by account: all but those that wait to be copied now. */
export const notInLine = 'next_attempt IS NOT 0';

/** SQL for the rows of documents that wait to be copied now, in the account's queue or claimed, and some that did. */
const inLine = `WITH RECURSIVE line (document, next) AS (
    SELECT q.document, q.next FROM account_counts a CROSS JOIN work_queue q ON q.id = a.queue_first
      WHERE a.account_id = coalesce(@account, '${withoutAccount}')
    UNION ALL SELECT q.document, q.next FROM line CROSS JOIN work_queue q ON q.id = line.next)
  SELECT document FROM line UNION ALL SELECT document FROM claims`;

/** SQL for the rows of all documents of `@account` (null: of none), to stand behind `IN`. */
export const rowsOfAccount = `(SELECT id FROM documents WHERE account_id IS @account AND ${notInLine}
  UNION ALL SELECT id FROM documents WHERE id IN (${inLine}) AND account_id IS @account AND next_attempt = 0)`;

type Entry = { readonly document: number; readonly next: number };

/**
 * All SQL on `work_queue`: for each account a list of the documents that wait to be copied now, the newest first. Where a
 * list begins stands in `account_counts`, which is written once at the end of a transaction.
 */
export type WorkQueueTable = ReturnType<typeof workQueueTable>;

export function workQueueTable(db: Database.Database) {
  const insert = db.prepare<[number, number]>('INSERT INTO work_queue (document, next) VALUES (?, ?)');
  const entry = db.prepare<[number], Entry>('SELECT document, next FROM work_queue WHERE id = ?');
  const first = db.prepare<[string], number>('SELECT queue_first FROM account_counts WHERE account_id = ?').pluck();
  const some = db.prepare<[], number>('SELECT 1 FROM work_queue LIMIT 1').pluck();
  const clear = db.prepare('DELETE FROM work_queue');
  const clearFirsts = db.prepare('UPDATE account_counts SET queue_first = 0 WHERE queue_first <> 0');
  return {
    /** Puts a document before the entry `next` (0: before none). @returns the new entry */
    insert: (document: number, next: number): number => Number(insert.run(document, next).lastInsertRowid),
    /** The entry that `account_counts` has as the account's first; 0: there is none. */
    first: (account: AccountKey): number => first.get(account) ?? 0,
    /** Not in one statement with the one above: joined, they take three times as long. */
    entry: (id: number): Entry | undefined => entry.get(id),
    isEmpty: (): boolean => some.get() === undefined,
    /** Takes away all entries. Only while nothing waits: all that is there was taken or passed over then. */
    clear(): void {
      clear.run();
      clearFirsts.run();
    },
  };
}
