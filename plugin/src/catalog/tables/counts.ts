import { EVIDENCE_GRADES, type AccountId, type EvidenceGrade } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { AccountCounts, CatalogCounts } from '../port.ts';
import type { AccountBySize } from '../publication-port.ts';
import { documentState, documentStates, type CopyState, type DocumentState } from '../states.ts';
import { stateCodes } from './codes.ts';
import { type CountedGroup, type FoundDocument } from './documents.ts';

/** What one document adds to the counters. */
type Share = {
  readonly state: DocumentState;
  readonly evidence: EvidenceGrade | undefined;
  readonly skipRule: string | undefined;
  readonly bytes: number;
  readonly past: boolean;
  readonly waiting: boolean;
};

/** Stands for the documents without account; sorts before every id. */
export const withoutAccount = '-';

/** The account that a key of the counters stands for; undefined for the documents without one. */
export function accountOf(key: string): AccountId | undefined {
  return key === withoutAccount ? undefined : (key as AccountId);
}

type AccountRow = Readonly<Record<DocumentState, number>> & {
  readonly account_id: string;
  readonly account_name: string | null;
  readonly documents: number;
  readonly bytes: number;
};

type AccountChange = {
  /** More has changed than `ready`. */
  counted: boolean;
  name: string | undefined;
  documents: number;
  bytes: number;
  ready: number;
  readonly states: number[];
};

type CountStatements = {
  readonly addCount: Database.Statement<[string, number]>;
  readonly addAccount: Database.Statement<(string | number | null)[]>;
  readonly addReady: Database.Statement<[number, string]>;
  readonly removeEmpty: Database.Statement<[string]>;
};

/** All SQL on the kept counters. */
export type CountsTable = ReturnType<typeof countsTable>;

export function countsTable(db: Database.Database) {
  const names = stateCodes.map((state) => `"${state}"`);
  const addCount = db.prepare<[string, number]>(
    'INSERT INTO document_counts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
  );
  const addAccount = db.prepare<(string | number | null)[]>(
    `INSERT INTO account_counts (account_id, account_name, documents, bytes, ready, ${names.join(', ')})
     VALUES (?, ?, ?, ?, ?${', ?'.repeat(names.length)})
     ON CONFLICT DO UPDATE SET account_name = coalesce(excluded.account_name, account_name),
       documents = documents + excluded.documents, bytes = bytes + excluded.bytes, ready = ready + excluded.ready,
       ${names.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
  );
  const addReady = db.prepare<[number, string]>('UPDATE account_counts SET ready = ready + ? WHERE account_id = ?');
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
    .prepare<[string, number], string>(
      'SELECT account_id FROM account_counts WHERE ready > 0 AND account_id > ? ORDER BY account_id LIMIT +?',
    )
    .pluck();

  return {
    /** Begins to gather the changes of one transaction. */
    changes: () => new CountChanges({ addCount, addAccount, addReady, removeEmpty }),
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
      const id = after === undefined ? '' : (after.accountId ?? withoutAccount);
      return bySize.all(documents, documents, id, limit).map(accountCounts);
    },
    /** Keys of accounts that have documents to be claimed now, in their order. */
    readyAccounts: (after: string, limit: number): string[] => readyAccounts.all(after, limit),
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

/** Gathers what a transaction changes in the counters, so that each counter is written once. */
class CountChanges {
  readonly #counts = new Map<string, number>();
  readonly #accounts = new Map<string, AccountChange>();
  readonly #sql: CountStatements;

  constructor(sql: CountStatements) {
    this.#sql = sql;
  }

  /** A document went from one condition to another; undefined before: it is new. */
  change(before: Omit<FoundDocument, 'row'> | undefined, after: Omit<FoundDocument, 'row'>): void {
    if (before !== undefined) this.#add(before, -1);
    this.#add(after, 1);
  }

  /** Somebody took a document that waits, or gave it back: nothing but who can claim it has changed. */
  claim({ document, claimed }: Omit<FoundDocument, 'row'>, now: boolean): void {
    if (document.nextAttempt !== 0 || claimed === now) return;
    this.#account(document.accountId ?? withoutAccount).ready += now ? -1 : 1;
  }

  /** A past revision with a copy in the target came to be. */
  addPastRevision(): void {
    this.#count('past-revisions', 1);
  }

  write(): void {
    const { addCount, addAccount, addReady, removeEmpty } = this.#sql;
    for (const [name, by] of this.#counts) if (by !== 0) addCount.run(name, by);
    for (const [id, { name, documents, bytes, ready, states, counted }] of this.#accounts) {
      if (!counted) {
        if (ready !== 0) addReady.run(ready, id);
        continue;
      }
      addAccount.run(id, name ?? null, documents, bytes, ready, ...states);
      if (documents < 0) removeEmpty.run(id);
    }
  }

  #add({ document, claimed }: Omit<FoundDocument, 'row'>, sign: 1 | -1): void {
    const state = documentState(document);
    const share = shareOf({
      state,
      copy: document.copy,
      evidence: document.evidence,
      skipRule: document.skipRule,
      waiting: document.nextAttempt !== undefined,
      bytes: document.target?.size ?? 0,
    });
    for (const name of counterNames(share)) this.#count(name, sign);
    this.#count('bytes', sign * share.bytes);

    const account = this.#account(document.accountId ?? withoutAccount);
    account.counted = true;
    if (sign === 1 && document.accountId !== undefined) account.name = document.accountName ?? account.name;
    account.documents += sign;
    account.bytes += sign * share.bytes;
    if (document.nextAttempt === 0 && !claimed) account.ready += sign;
    const code = stateCodes.indexOf(state);
    account.states[code] = (account.states[code] ?? 0) + sign;
  }

  #count(name: string, by: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  #account(id: string): AccountChange {
    let account = this.#accounts.get(id);
    if (account === undefined) {
      account = { counted: false, name: undefined, documents: 0, bytes: 0, ready: 0, states: stateCodes.map(() => 0) };
      this.#accounts.set(id, account);
    }
    return account;
  }
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

function shareOf(document: {
  readonly state: DocumentState;
  readonly copy: CopyState;
  readonly evidence: EvidenceGrade | undefined;
  readonly skipRule: string | undefined;
  readonly waiting: boolean;
  readonly bytes: number;
}): Share {
  const hasCopy = document.copy === 'copied' || document.copy === 'verified';
  const deleted = document.state === 'deleted';
  return {
    state: document.state,
    evidence: hasCopy && !deleted ? document.evidence : undefined,
    skipRule: document.state === 'skipped' ? document.skipRule : undefined,
    bytes: hasCopy && !deleted ? document.bytes : 0,
    past: hasCopy && deleted,
    waiting: document.waiting,
  };
}

function counterNames(share: Share): string[] {
  const names = ['documents', `state/${share.state}`];
  if (share.evidence !== undefined) names.push(`evidence/${share.evidence}`);
  if (share.skipRule !== undefined) names.push(`skipped/${share.skipRule}`);
  if (share.past) names.push('past-revisions');
  if (share.waiting) names.push('remaining');
  return names;
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
