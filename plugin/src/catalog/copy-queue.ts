import type { AccountId, DocumentId, ObjectKey } from '@file-migration/config/contract';
import type { CopyOutcome } from '../model/copy-outcome.ts';
import type { RunId } from '../model/run.ts';

/** The documents that wait to be copied, as those who copy see them. */
export type CopyQueue = {
  /** Puts ended copies back to `discovered` so that they are claimed again; returns how many. */
  reopen(scope: ReopenScope): Promise<number>;
  /**
   * Documents whose source was overwritten under its URL get their next revision, which waits to be copied; the copy
   * that they have stays as their past one. Returns how many.
   */
  reviseChanged(scope: Pick<ReopenScope, 'accountId'>): Promise<number>;
  /** Takes up to `n` documents that are to be copied, fair by account, and holds them for `ttlMs`. */
  claim(request: ClaimRequest): Promise<ClaimedDocument[]>;
  /** Lengthens the claims of work that is still in flight. */
  extendClaims(tokens: readonly ClaimToken[], ttlMs: number): Promise<void>;
  /** Stores what became of claimed documents. A revision or token that differs is discarded and counted as such. */
  recordOutcomes(run: RunId, outcomes: readonly ClaimedOutcome[]): Promise<{ recorded: number; discarded: number }>;
  /** Ends what a dead run left claimed: all claims are freed (the lock proves that nobody works on them). */
  releaseClaims(): Promise<number>;
  /** How much is left to claim, in whose hands it is, and when the next retry comes due. */
  work(): Promise<WorkLeft>;
};

declare const brand: unique symbol;
export type ClaimToken = string & { readonly [brand]: 'ClaimToken' };

export type ReopenScope = {
  readonly kinds: readonly ('failed' | 'missing' | 'denied' | 'archived' | 'skipped')[];
  readonly accountId?: AccountId;
};

export type ClaimRequest = {
  readonly run: RunId;
  readonly n: number;
  readonly worker: string;
  readonly ttlMs: number;
  readonly accountId?: AccountId;
};

export type WorkLeft = {
  /** Documents that wait to be copied, the claimed ones and those with a later retry among them. */
  readonly remaining: number;
  readonly claimed: number;
  /** When the earliest retry comes due; undefined when none is put off. */
  readonly nextAttemptAt: number | undefined;
};

export type ClaimedDocument = {
  readonly token: ClaimToken;
  readonly id: DocumentId;
  readonly revision: number;
  readonly name: string;
  readonly accountId: AccountId | undefined;
  readonly originalUrl: string;
  readonly externalId: string | undefined;
  /** Rendered once for this revision, then frozen. */
  readonly key: ObjectKey;
  /** Tries so far, this one not counted. */
  readonly attempts: number;
};

export type ClaimedOutcome = {
  readonly id: DocumentId;
  readonly revision: number;
  readonly token: ClaimToken;
  readonly outcome: CopyOutcome;
};
