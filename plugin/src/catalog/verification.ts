import type { VerificationOutcome } from '../model/comparison.ts';
import type { AccountId, DocumentId, EvidenceGrade } from '@file-migration/config/contract';
import type { CatalogDocument } from '../model/document.ts';
import type { RunId } from '../model/run.ts';

/** What verifying writes down. */
export type Verification = VerificationReader & {
  /** Begins, or goes on with, a pass over the documents; another one that was not ended is given up. */
  beginVerification(run: RunId, pass: VerificationPass): Promise<void>;
  /**
   * Stores what was found about some documents, and the position to resume from, together (undefined: no pass is gone
   * through). A revision that differs is discarded.
   */
  recordVerifications(
    run: RunId,
    outcomes: readonly VerifiedDocument[],
    after: DocumentId | undefined,
  ): Promise<{ recorded: number; discarded: number }>;
  /** The pass has come to its end: a later one begins anew. */
  endVerification(run: RunId): Promise<void>;
};

export type VerificationReader = {
  /** The pass that was begun and not ended. */
  unfinishedVerification(): Promise<VerificationPass | undefined>;
  /** Verified documents of an account whose copy was not seen equal to its source lately, in pages. */
  notSeenSince(page: NotSeenPage): Promise<NotSeen[]>;
  /** How many there are; of all accounts without any named. */
  countNotSeen(accounts: readonly (AccountId | null)[] | undefined, since: number): Promise<number>;
  /** Documents with a copy that a pass has not come to yet, whether a sample takes them or not. */
  copiesAhead(pass: Pick<VerificationPass, 'after' | 'accountId'>): Promise<number>;
  /** What all runs of a pass have found so far, by result. */
  passResults(seed: string): Promise<PassResults>;
  /** Of these keys of the target, those that belong to no document and no revision. */
  unknownKeys(keys: readonly string[]): Promise<string[]>;
};

export type NotSeenPage = {
  /** Null: the documents without account. */
  readonly account: AccountId | null;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly after: number;
  readonly limit: number;
};

/** A document with its place in the account's list. */
export type NotSeen = { readonly cursor: number; readonly document: CatalogDocument };

export type PassResults = Readonly<Partial<Record<VerificationOutcome['kind'], number>>>;

export type VerificationSettings = {
  readonly mode: 'head' | 'full';
  /** Per cent of the documents, chosen by `seed`; 100 for all. */
  readonly sample: number;
  readonly accountId?: AccountId;
  readonly minimumEvidence: EvidenceGrade;
};

export type VerificationPass = VerificationSettings & {
  /** Which documents a sample takes; a resumed pass keeps it. */
  readonly seed: string;
  /** The last document that was looked at. */
  readonly after: DocumentId | undefined;
};

export type VerifiedDocument = {
  readonly id: DocumentId;
  readonly revision: number;
  readonly outcome: VerificationOutcome;
};
