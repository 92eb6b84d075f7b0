import { EVIDENCE_GRADES } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { AccountCounts, CatalogCounts } from '../../model/counts.ts';
import type { AccountBySize } from '../publication.ts';
import { type DocumentState, documentStates } from '../../model/document-state.ts';
import { accountKey, accountOf, withoutAccount, type AccountKey } from './account-key.ts';
import { stateCodes } from './codes.ts';
import { CountChanges } from './count-changes.ts';
import { counterNames, shareOf } from './counter-names.ts';
import type { CountedGroup } from './documents.ts';
import type { WorkQueueTable } from './work-queue.ts';

type AccountRow = Readonly<Record<DocumentState, number>> & {
  readonly account_id: AccountKey;
  readonly account_name: string | null;
  readonly documents: number;
  readonly bytes: number;
};

/** All SQL on the kept counters. */
export type CountsTable = ReturnType<typeof countsTable>;

export function countsTable(db: Database.Database, queue: WorkQueueTable) {
  const names = stateCodes.map((state) => `"${state}"`);
  const addCount = db.prepare<[string, number]>(
    'INSERT INTO document_counts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
  );
  const addAccount = db
    .prepare<(string | number | null)[], number>(
      `INSERT INTO account_counts (account_id, account_name, documents, bytes, ready, queue_first, ${names.join(', ')})
     VALUES (?, ?, ?, ?, ?, ?${', ?'.repeat(names.length)})
     ON CONFLICT DO UPDATE SET account_name = coalesce(excluded.account_name, account_name),
       documents = documents + excluded.documents, bytes = bytes + excluded.bytes, ready = ready + excluded.ready,
       ${names.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')},
       queue_first = coalesce(?, queue_first)
     RETURNING ready`,
    )
    .pluck();
  const addReady = db
    .prepare<[number, number | null, string], number>(
      'UPDATE account_counts SET ready = ready + ?, queue_first = coalesce(?, queue_first) WHERE account_id = ? RETURNING ready',
    )
    .pluck();
  const beginReady = db.prepare<[string]>('INSERT INTO ready_accounts (account_id) VALUES (?)');
  const endReady = db.prepare<[string]>('DELETE FROM ready_accounts WHERE account_id = ?');
  const removeEmpty = db.prepare<[string]>('DELETE FROM account_counts WHERE account_id = ? AND documents = 0');
  const all = db.prepare<[], { name: string; value: number }>(
    'SELECT name, value FROM document_counts WHERE value <> 0',
  );
  const accounts = db.prepare<[string], number>('SELECT count(*) FROM account_counts WHERE account_id <> ?').pluck();
  const accountsAfter = db.prepare<[string], AccountRow>(
    'SELECT * FROM account_counts WHERE account_id > ? ORDER BY account_id',
  );
  // sorted anew for every page: an index would cost every outcome, and this is read every ten minutes
  const bySize = db.prepare<[number, number, string, number], AccountRow>(
    `SELECT * FROM account_counts WHERE documents < ? OR (documents = ? AND account_id > ?)
     ORDER BY documents DESC, account_id LIMIT +?`,
  );
  const readyAccounts = db
    .prepare<[string, number], AccountKey>(
      'SELECT account_id FROM ready_accounts WHERE account_id > ? ORDER BY account_id LIMIT +?',
    )
    .pluck();

  return {
    /** Begins to gather the changes of one transaction. */
    changes: () => new CountChanges({ addCount, addAccount, addReady, beginReady, endReady, removeEmpty }, queue),
    read(): CatalogCounts {
      const counts = new Map(all.all().map(({ name, value }) => [name, value]));
      return catalogCounts(counts, accounts.get(withoutAccount) ?? 0);
    },
    /** Accounts by id, documents without account first; `after` is '' to go on behind those. */
    *accounts(after: string | undefined): Generator<AccountCounts> {
      for (const row of accountsAfter.iterate(after === '' ? withoutAccount : (after ?? ''))) {
        yield accountCounts(row);
      }
    },
    /** Accounts with most documents first; `after` is the last one of the page before. */
    bySize(after: AccountBySize | undefined, limit: number): AccountCounts[] {
      const documents = after?.documents ?? Number.MAX_SAFE_INTEGER;
      const id = after === undefined ? '' : accountKey(after.accountId);
      return bySize.all(documents, documents, id, limit).map(accountCounts);
    },
    /** Keys of accounts that have documents to be claimed now, in their order. */
    readyAccounts: (after: string, limit: number): AccountKey[] => readyAccounts.all(after, limit),
  };
}

function accountCounts(row: AccountRow): AccountCounts {
  return {
    accountId: accountOf(row.account_id),
    accountName: row.account_name ?? undefined,
    documents: row.documents,
    bytes: row.bytes,
    states: Object.fromEntries(documentStates.flatMap((state) => (row[state] === 0 ? [] : [[state, row[state]]]))),
  };
}

/** The counts as the rows themselves give them. */
export function recounted(groups: readonly CountedGroup[], pastRevisions: number, accounts: number): CatalogCounts {
  const counts = new Map<string, number>([['past-revisions', pastRevisions]]);
  const add = (name: string, by: number): unknown => counts.set(name, (counts.get(name) ?? 0) + by);
  for (const group of groups) {
    const share = shareOf(group);
    for (const name of counterNames(share)) add(name, group.documents);
    add('bytes', share.bytes);
  }
  return catalogCounts(counts, accounts);
}

function catalogCounts(counts: ReadonlyMap<string, number>, accounts: number): CatalogCounts {
  const of = (name: string): number => counts.get(name) ?? 0;
  return {
    documents: of('documents'),
    bytes: of('bytes'),
    states: record(documentStates, (state) => of(`state/${state}`)),
    evidence: record(EVIDENCE_GRADES, (grade) => of(`evidence/${grade}`)),
    skippedByRule: Object.fromEntries(
      [...counts]
        .filter(([name, value]) => name.startsWith('skipped/') && value !== 0)
        .map(([name, value]): [string, number] => [name.slice('skipped/'.length), value])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    pastRevisions: of('past-revisions'),
    accounts,
    remaining: of('remaining'),
  };
}

function record<K extends string>(keys: readonly K[], value: (key: K) => number): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, number>;
}
