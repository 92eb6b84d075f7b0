import type Database from 'better-sqlite3';
import { documentState } from '../../model/document-state.ts';
import { accountKey, type AccountKey } from './account-key.ts';
import { stateCodes } from './codes.ts';
import { counterNames, shareOf } from './counter-names.ts';
import { type FoundDocument, isReady } from './document-row.ts';
import type { WorkQueueTable } from './work-queue.ts';

type AccountChange = {
  /** More has changed than who can be claimed. */
  counted: boolean;
  name: string | undefined;
  documents: number;
  bytes: number;
  ready: number;
  /** The first entry of its queue, 0 when that is empty; undefined: as it was. */
  first: number | undefined;
  readonly states: number[];
};

export type CountStatements = {
  readonly addCount: Database.Statement<[string, number]>;
  /** Returns what `ready` is afterwards, as the next one does. */
  readonly addAccount: Database.Statement<(string | number | null)[], number>;
  readonly addReady: Database.Statement<[ready: number, first: number | null, account: string], number>;
  readonly beginReady: Database.Statement<[string]>;
  readonly endReady: Database.Statement<[string]>;
  readonly removeEmpty: Database.Statement<[string]>;
};

/**
 * Gathers what a transaction changes in the counters and in who stands first in line, so that each counter and account is
 * written once. A document joins the queue of its account whenever it becomes one that can be claimed there.
 */
export class CountChanges {
  readonly #counts = new Map<string, number>();
  readonly #accounts = new Map<AccountKey, AccountChange>();
  readonly #sql: CountStatements;
  readonly #queue: WorkQueueTable;

  constructor(sql: CountStatements, queue: WorkQueueTable) {
    this.#sql = sql;
    this.#queue = queue;
  }

  /** A document went from one condition to another; undefined before: it is new. */
  change(before: FoundDocument | undefined, after: FoundDocument): void {
    if (before !== undefined) this.#add(before, -1);
    this.#add(after, 1);
    if (!isReady(after)) return;
    const stays = before !== undefined && isReady(before) && before.document.accountId === after.document.accountId;
    if (!stays) this.#queueUp(after);
  }

  /** Somebody took a document that waits, or gave it back: nothing but who can claim it has changed. */
  claim(found: FoundDocument, now: boolean): void {
    const { document, claimed } = found;
    if (document.nextAttempt !== 0 || claimed === now) return;
    this.#account(accountKey(document.accountId)).ready += now ? -1 : 1;
    if (!now) this.#queueUp(found);
  }

  /**
   * Takes the first entry out of an account's queue.
   * @returns the row of its document, which may not wait there any more; undefined: the queue is empty
   */
  firstInLine(key: AccountKey): number | undefined {
    const account = this.#account(key);
    const entry = this.#queue.entry(account.first ?? this.#queue.first(key));
    if (entry === undefined) return undefined;
    account.first = entry.next;
    return entry.document;
  }

  /** A past revision with a copy in the target came to be. */
  addPastRevision(): void {
    this.#count('past-revisions', 1);
  }

  write(): void {
    const { addCount, removeEmpty } = this.#sql;
    for (const [name, by] of this.#counts) if (by !== 0) addCount.run(name, by);
    for (const [key, change] of this.#accounts) {
      if (!change.counted && change.ready === 0 && change.first === undefined) continue;
      this.#keepReady(key, change.ready, this.#addTo(key, change));
      // what is left of its queue nobody reaches any more, until it is cleared away
      if (change.documents < 0) removeEmpty.run(key);
    }
  }

  /** @returns how many documents of the account can be claimed afterwards */
  #addTo(key: AccountKey, change: AccountChange): number {
    const { addAccount, addReady } = this.#sql;
    const { counted, name = null, documents, bytes, ready, first = null, states } = change;
    const now = counted
      ? addAccount.get(key, name, documents, bytes, ready, first ?? 0, ...states, first)
      : addReady.get(ready, first, key);
    return now ?? 0;
  }

  /** Which accounts take turns is written only when one begins or ends to have something to be claimed. */
  #keepReady(key: AccountKey, by: number, now: number): void {
    const before = now - by;
    if (before === 0 && now > 0) this.#sql.beginReady.run(key);
    if (before > 0 && now === 0) this.#sql.endReady.run(key);
  }

  #queueUp({ row, document }: FoundDocument): void {
    const key = accountKey(document.accountId);
    const account = this.#account(key);
    account.first = this.#queue.insert(row, account.first ?? this.#queue.first(key));
  }

  #add(found: FoundDocument, sign: 1 | -1): void {
    const { document } = found;
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

    const account = this.#account(accountKey(document.accountId));
    account.counted = true;
    if (sign === 1 && document.accountId !== undefined) account.name = document.accountName ?? account.name;
    account.documents += sign;
    account.bytes += sign * share.bytes;
    if (isReady(found)) account.ready += sign;
    const code = stateCodes.indexOf(state);
    account.states[code] = (account.states[code] ?? 0) + sign;
  }

  #count(name: string, by: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  #account(key: AccountKey): AccountChange {
    let account = this.#accounts.get(key);
    if (account === undefined) {
      const states = stateCodes.map(() => 0);
      account = { counted: false, name: undefined, documents: 0, bytes: 0, ready: 0, first: undefined, states };
      this.#accounts.set(key, account);
    }
    return account;
  }
}
