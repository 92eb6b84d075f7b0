import type { AccountId, DocumentId, EvidenceGrade, ObjectKey } from '@file-migration/config/contract';
import type { FailureClass } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import type { RunId } from '../model/run.ts';

/**
 * The journal as phases see it: what is written to the org, written down before it is. Every call that changes the
 * journal is on the disk (`synchronous=FULL`) when its promise resolves. The journal is never cleaned up.
 */
export type Journal = JournalReader & {
  /**
   * Begins a job: its rows are planned. Long lists are split: the job counts only with {@link Journal.jobMade}.
   * @throws when a document has a row in another job that has not ended
   */
  planJob(job: PlannedJob): Promise<JobNumber>;
  planRows(job: JobNumber, rows: readonly PlannedUpdate[]): Promise<number>;
  /** Writes down documents that are left alone because their value is not the one that was backed up. */
  recordConflicts(job: JobNumber, rows: readonly PlannedUpdate[]): Promise<number>;
  /** The rollback lines are in the target bucket. */
  rollbackLinesAt(job: JobNumber, key: string): Promise<void>;
  /** The org has an open job for it. */
  jobMade(job: JobNumber, made: { readonly bulkJobId: string; readonly apiVersion: string }): Promise<void>;
  /** Before the job is closed: from now on the org may act. Its rows become `sent`. */
  jobCommitting(job: JobNumber): Promise<void>;
  /** Ends a job whose rows were never sent: they may be planned again. */
  abandonJob(job: JobNumber, code: FailureCode): Promise<number>;
  /** Stores what reading back showed; documents and counters follow in the same transaction. */
  concludeRows(job: JobNumber, rows: readonly ConcludedUpdate[]): Promise<number>;
  /** @throws while rows of the job are still open */
  endJob(job: JobNumber): Promise<void>;
};

export type JournalReader = {
  /** Jobs that have not ended, oldest first: what a process that died left. */
  unfinishedJobs(): Promise<UnfinishedJob[]>;
  /** The number that was given last; undefined before the first job. */
  newestJob(): Promise<JobNumber | undefined>;
  /** How long the newest jobs took from the values that were read to those read back; undefined before the first one. */
  jobWindows(): Promise<JobWindows | undefined>;
  /** Rows of a job that are still open, in pages by row number. */
  openRows(job: JobNumber, after: JournalId | undefined, limit: number): Promise<JournalRow[]>;
  /** Rows of one run by operation and state; of all runs without one. */
  journalCounts(run?: RunId): Promise<JournalCount[]>;
  /** What became of each document in one run: as {@link journalCounts}, of each document's last row alone. */
  journalOutcomes(run: RunId): Promise<JournalCount[]>;
  /** All rows of a document, oldest first. */
  journalOf(document: DocumentId): Promise<JournalRow[]>;
  /** What may be switched, account by account, in pages. */
  switchable(page: CandidatePage): Promise<Candidate[]>;
  /** What may be undone or relinked: confirmed rows by account, in pages; see {@link UndoablePage}. */
  undoable(page: UndoablePage): Promise<UndoableRow[]>;
  /**
   * Accounts with the number of their documents that hold a link of ours, whatever became of their file; of one run:
   * those whose link it wrote. Sorted by id; without account first.
   */
  writtenAccounts(run?: RunId): Promise<WrittenAccount[]>;
  /**
   * Links of ours that stand on records and that no confirmed row of the journal wrote, in pages by document: the catalog
   * is younger than they are, or another program wrote them.
   */
  unjournaledLinks(page: { readonly after?: DocumentId; readonly limit: number }): Promise<UnjournaledLink[]>;
  /** Accounts with their documents that are ready and those that are switched, by id; without account first. */
  waveAccounts(): Promise<WaveAccount[]>;
  /** What the gates want to know of the documents that are ready. */
  readyFacts(accounts: readonly (AccountId | null)[] | undefined): Promise<ReadyFacts>;
  /** Characters of the longest key, as it stands in a URL, among documents that are ready or that hold a link of ours. */
  longestEncodedKey(accounts: readonly (AccountId | null)[], of: 'ready' | 'written'): Promise<number>;
};

declare const brand: unique symbol;
export type JobNumber = number & { readonly [brand]: 'JobNumber' };
export type JournalId = number & { readonly [brand]: 'JournalId' };

export type JournalOperation = 'switch' | 'relink' | 'rollback';
export type JournalState = 'planned' | 'sent' | 'confirmed' | 'failed' | 'conflict' | 'superseded';

/** The three fields of a record that phase 2 is about. */
export type LinkValues = {
  /** Empty when the field is. */
  readonly url: string;
  readonly key: string | null;
  readonly originalUrl: string | null;
};

export type PlannedJob = {
  readonly run: RunId;
  readonly operation: JournalOperation;
  /** Names of the fields that the job uploads, as config names them. */
  readonly fields: readonly string[];
};

export type PlannedUpdate = {
  readonly document: DocumentId;
  readonly revision: number;
  /** As read just before. */
  readonly before: LinkValues;
  readonly after: LinkValues;
  /** The row that this one takes back or replaces. */
  readonly undoes?: JournalId;
};

/** What reading back showed of one row. */
export type ConcludedUpdate = {
  readonly id: JournalId;
  readonly state: 'confirmed' | 'failed' | 'conflict';
  readonly code?: FailureCode;
  readonly message?: string;
  /** Of a failed row; `retry`: it will be planned again, unless this was the last try. */
  readonly failureClass?: FailureClass;
  readonly isLast?: boolean;
  /** What the record held; absent when it could not be read. */
  readonly found?: LinkValues;
};

export type JournalRow = PlannedUpdate & {
  readonly id: JournalId;
  readonly run: RunId;
  readonly operation: JournalOperation;
  readonly state: JournalState;
  readonly bulkJobId: string | undefined;
  readonly code: FailureCode | undefined;
};

export type UnfinishedJob = PlannedJob & {
  readonly number: JobNumber;
  readonly stage: 'planned' | 'open' | 'committing';
  readonly bulkJobId: string | undefined;
  readonly apiVersion: string | undefined;
  readonly plannedAt: number;
  /** Its way back lies in the target bucket: from then on the org may have been asked for a job. */
  readonly hasRollbackLines: boolean;
};

export type JournalCount = {
  readonly operation: JournalOperation;
  readonly state: JournalState;
  readonly code: FailureCode | undefined;
  readonly rows: number;
};

/** A place in an account's list of documents; pages go on from it. */
export type Cursor = number;

export type CandidatePage = {
  /** Null: the documents without account. */
  readonly account: AccountId | null;
  readonly after: Cursor;
  readonly limit: number;
};

export type Candidate = {
  readonly cursor: Cursor;
  readonly document: DocumentId;
  readonly accountId: AccountId | undefined;
  readonly revision: number;
  readonly key: ObjectKey;
  readonly originalUrl: string;
  /** What the record must hold for it to be ours to change. */
  readonly currentUrl: string;
  readonly evidence: EvidenceGrade | undefined;
  /** When source and target were last seen equal: copied, or verified. Milliseconds since 1970; 0: never. */
  readonly seenAt: number;
};

export type UndoablePage = CandidatePage & {
  /** Only rows that this run wrote. */
  readonly run?: RunId;
};

/** A document's newest confirmed row that wrote a link. */
export type UndoableRow = {
  readonly cursor: Cursor;
  readonly id: JournalId;
  readonly document: DocumentId;
  readonly revision: number;
  readonly operation: 'switch' | 'relink';
  readonly before: LinkValues;
  readonly after: LinkValues;
};

export type UnjournaledLink = {
  readonly document: DocumentId;
  readonly accountId: AccountId | null;
  readonly url: string;
  readonly key: ObjectKey | undefined;
};

export type WaveAccount = {
  readonly accountId: AccountId | null;
  readonly accountName: string | undefined;
  readonly ready: number;
  readonly switched: number;
  readonly documents: number;
};

export type WrittenAccount = { readonly accountId: AccountId | null; readonly documents: number };

/** Milliseconds; an edit of a user can fall into them. A job that a later run concluded counts with the time between. */
export type JobWindows = { readonly jobs: number; readonly medianMs: number; readonly longestMs: number };

export type ReadyFacts = {
  readonly ready: number;
  readonly byEvidence: Readonly<Partial<Record<EvidenceGrade, number>>>;
  /** Characters. */
  readonly longestOriginalUrl: number;
  readonly longestKey: number;
  readonly oldestBackup: number | undefined;
};
