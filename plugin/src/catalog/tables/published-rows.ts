import type Database from 'better-sqlite3';
import type { OrgRow, PublishedRow } from '../publication.ts';
import { keyPrefix, noAccountKey } from '../published-keys.ts';
import type { RunId } from '../../model/run.ts';
import { withoutAccount } from './account-key.ts';

/** All SQL on `published_rows`. */
export type PublishedRowsTable = ReturnType<typeof publishedRowsTable>;

export function publishedRowsTable(db: Database.Database) {
  const hashOf = db.prepare<[string], string>('SELECT hash FROM published_rows WHERE key = ?').pluck();
  const put = db.prepare<[string, string, string, string | null]>(
    `INSERT INTO published_rows (key, hash, record_id, status) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET hash = excluded.hash, record_id = excluded.record_id, status = excluded.status`,
  );
  const clear = db.prepare('DELETE FROM published_rows');
  const remove = db.prepare<[string]>('DELETE FROM published_rows WHERE key = ?');
  const page = db.prepare<[string, string, number], OrgRow>(
    'SELECT key, record_id AS "recordId" FROM published_rows WHERE key > ? AND key < ? ORDER BY key LIMIT +?',
  );
  const emptied = db.prepare<[number], OrgRow>(
    `SELECT key, record_id AS "recordId" FROM published_rows
     WHERE key > '${keyPrefix.account}' AND key < '${after(keyPrefix.account)}' AND NOT EXISTS (
       SELECT 1 FROM account_counts WHERE account_id =
         CASE key WHEN '${noAccountKey}' THEN '${withoutAccount}' ELSE substr(key, ${keyPrefix.account.length + 1}) END)
     LIMIT +?`,
  );
  const runningKeys = db
    .prepare<[string, string], string>(
      "SELECT key FROM published_rows WHERE key > ? AND key < ? AND status = 'running' ORDER BY key",
    )
    .pluck();
  return {
    hashOf: (key: string): string | undefined => hashOf.get(key),
    put: ({ key, hash, recordId, status }: PublishedRow): void => {
      put.run(key, hash, recordId, status ?? null);
    },
    remove: (key: string): void => {
      remove.run(key);
    },
    clear: (): void => {
      clear.run();
    },
    page: (prefix: string, last: string, limit: number): OrgRow[] => page.all(last, after(prefix), limit),
    emptiedAccounts: (limit: number): OrgRow[] => emptied.all(limit),
    /** Runs that the org shows as running. */
    running: (): RunId[] =>
      runningKeys
        .all(keyPrefix.run, after(keyPrefix.run))
        .map((key) => Number(key.slice(keyPrefix.run.length)) as RunId),
  };
}

/** The first text that sorts behind all that begin so: prefixes end in a colon. */
function after(prefix: string): string {
  return `${prefix.slice(0, -1)};`;
}
