import type Database from 'better-sqlite3';
import type { ClaimToken } from '../copy-queue.ts';
import type { RunId } from '../../model/run.ts';

/** Who works on one document: the row of `documents` and the revision that the work is for. */
export type Claim = {
  readonly document: number;
  readonly token: ClaimToken;
  readonly revision: number;
  readonly run: RunId;
  readonly worker: string;
  readonly until: number;
};

/** A token that nobody else has: of this epoch, the nth, for this row. */
export function claimToken(epoch: number, nth: number, document: number): ClaimToken {
  return `${epoch}-${nth}-${document}` as ClaimToken;
}

function documentOf(token: ClaimToken): number {
  return Number(token.slice(token.lastIndexOf('-') + 1));
}

/** All SQL on `claims`. */
export type ClaimsTable = ReturnType<typeof claimsTable>;

export function claimsTable(db: Database.Database) {
  const insert = db.prepare<[number, string, number, number, string, number]>(
    'INSERT INTO claims (document, token, revision, run_id, worker, claimed_until) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const holds = db
    .prepare<[number, string, number], number>('SELECT 1 FROM claims WHERE document = ? AND token = ? AND revision = ?')
    .pluck();
  const remove = db.prepare<[number]>('DELETE FROM claims WHERE document = ?');
  const extend = db.prepare<[number, number, string]>(
    'UPDATE claims SET claimed_until = max(claimed_until, ?) WHERE document = ? AND token = ?',
  );
  const expired = db
    .prepare<[number, number], number>('SELECT document FROM claims WHERE claimed_until <= ? LIMIT +?')
    .pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM claims').pluck();
  return {
    insert: ({ document, token, revision, run, worker, until }: Claim): void => {
      insert.run(document, token, revision, run, worker, until);
    },
    holds: (document: number, token: ClaimToken, revision: number): boolean =>
      holds.get(document, token, revision) !== undefined,
    remove: (document: number): void => {
      remove.run(document);
    },
    extend: (token: ClaimToken, until: number): void => {
      extend.run(until, documentOf(token), token);
    },
    /** Rows of documents whose claim has run out. */
    expired: (now: number, limit: number): number[] => expired.all(now, limit),
    count: (): number => count.get() ?? 0,
  };
}
