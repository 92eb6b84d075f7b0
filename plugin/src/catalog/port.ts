import type {
  AccountId,
  DocumentId,
  EvidenceGrade,
  ObjectKey,
  OrganizationId,
  CopyMethod,
} from '@file-migration/config/contract';
import type { FailureClass } from '../model/failure.ts';
import type { FailureCode, SkipRule } from '../model/failure-codes.ts';
import type { Adoption, AdoptionReader } from './adoption-port.ts';
import type { BreakdownReader } from './breakdown-port.ts';
import type { CatalogDocument } from './catalog-document.ts';
import type { DriftReader } from './drift-port.ts';
import type { Journal, JournalReader } from './journal-port.ts';
import type { Publication, PublicationReader } from './publication-port.ts';
import type { Verification, VerificationReader } from './verification-port.ts';
import type { ObjectFacts } from './object-facts.ts';
import type { UrlTallyReader } from './url-tally-port.ts';
import type { AccountCounts, CatalogCounts, ErrorClassCount } from './figures.ts';
import type { ResumePosition, Run, RunId, RunMode, RunScope, RunStatus, RunType } from './run.ts';
import type { CopyState, DocumentState } from './states.ts';

export type { CopyMethod } from '@file-migration/config/contract';
export type { CatalogDocument } from './catalog-document.ts';
export type { ObjectFacts } from './object-facts.ts';
export type { AccountCounts, CatalogCounts, ErrorClassCount } from './figures.ts';
export type { ResumePosition, Run, RunCounters, RunId, RunMode, RunScope, RunStatus, RunType } from './run.ts';

/**
 * The catalog as phases see it: a small set of batch operations, so that a second implementation (PostgreSQL) can serve
 * many machines. Every call writes transactions of at most 500 rows (longer lists are split); every write checks the fencing epoch and
 * throws a Failure of class `stop` (code `lock-lost`) when another process has taken over.
 * All times are milliseconds since 1970 unless a name says otherwise; all sizes are bytes.
 */
export type Catalog = CatalogReader &
  Journal &
  Verification &
  Publication &
  Adoption & {
    /** Throws (`lock-lost`) unless this process still owns the catalog; handed to org and storage as their `fence`. */
    fence(): Promise<void>;

    startRun(run: NewRun): Promise<RunId>;
    /** Adds to the run's counters, sets its heartbeat and, when given, its resume position, in one transaction. */
    heartbeat(run: RunId, position?: ResumePosition): Promise<void>;
    finishRun(run: RunId, end: RunEnd): Promise<void>;

    /**
     * Records one page of the document query and the position to resume from, together.
     * New documents are inserted, known ones compared by URL: see DiscoveryCounts for what can become of each.
     */
    recordDiscovered(page: DiscoveredPage): Promise<DiscoveryCounts>;
    /** Gives clones whose original was not known yet their source; those that stay unknown become `skipped: clone-of-unknown`. */
    resolveClones(run: RunId): Promise<{ resolved: number; unknown: number }>;
    /** Present documents which a full discovery did not see, in pages by id. */
    absentees(discovery: RunId, after: DocumentId | undefined, limit: number): Promise<DocumentId[]>;
    countAbsentees(discovery: RunId): Promise<{ absent: number; present: number }>;
    markDeleted(run: RunId, documents: readonly DocumentId[]): Promise<number>;
    /** The discovery saw these after all (by id): they count as present. */
    markSeen(discovery: RunId, documents: readonly DocumentId[]): Promise<number>;
    setWatermark(watermark: Watermark): Promise<void>;

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

    /** Deletes runs and errors older than `before`; never a document, a revision or a journal row. */
    cleanup(before: number): Promise<{ runs: number; errors: number }>;
    close(): Promise<void>;
  };

/**
 * What screens read. A reader needs no lock and works while another process writes. Lists have at most 1,000 rows,
 * whatever limit is asked for.
 */
export type CatalogReader = JournalReader &
  VerificationReader &
  PublicationReader &
  AdoptionReader &
  BreakdownReader &
  DriftReader &
  UrlTallyReader & {
    readonly identity: CatalogIdentity;
    /** All counts that any screen shows, from the kept counters. */
    counts(): Promise<CatalogCounts>;
    /** Counts by recounting the rows; for tests and `doctor`. */
    recount(): Promise<CatalogCounts>;
    /** Accounts by id, the documents without account first; `after` is the last account's id, '' for those without. */
    accounts(page: { after?: string; limit: number; search?: string }): Promise<AccountCounts[]>;
    runs(limit: number): Promise<Run[]>;
    run(id: RunId): Promise<Run | undefined>;
    watermark(): Promise<Watermark | undefined>;
    /** Errors by class and code, with how many documents still have them. */
    errorClasses(): Promise<ErrorClassCount[]>;
    recentErrors(limit: number): Promise<DocumentError[]>;
    /** Pages through documents by id. */
    documents(page: DocumentPage): Promise<CatalogDocument[]>;
    document(id: DocumentId): Promise<CatalogDocument | undefined>;
    /** Older revisions of a document and their objects in the target. */
    revisions(page: { after?: { document: DocumentId; revision: number }; limit: number }): Promise<PastRevision[]>;
    /** Who holds the lock now, if anybody. */
    holder(): Promise<LockHolder | undefined>;
    close(): Promise<void>;
  };

declare const brand: unique symbol;
export type ClaimToken = string & { readonly [brand]: 'ClaimToken' };

/** What a catalog is bound to at first use. Anything else is refused before the first read. */
export type CatalogBinding = {
  readonly organizationId: OrganizationId;
  readonly object: string;
  readonly urlField: string;
  readonly bucket: string;
  /** With its trailing slash, or empty. */
  readonly prefix: string;
};

export type CatalogIdentity = {
  /** Published external ids start with it. */
  readonly uuid: string;
  /** Undefined until a command that writes has bound the catalog. */
  readonly binding: CatalogBinding | undefined;
  readonly createdAt: number;
  readonly schemaVersion: number;
};

export type LockHolder = {
  readonly host: string;
  readonly pid: number;
  readonly command: string;
  readonly since: number;
  readonly epoch: number;
};

export type NewRun = {
  readonly type: RunType;
  readonly mode: RunMode;
  readonly command: string;
  /** The config without secrets. */
  readonly configSnapshot: unknown;
  readonly scope?: RunScope;
};

export type RunEnd = {
  readonly status: Exclude<RunStatus, 'running' | 'interrupted'>;
  readonly message?: string;
};

export type Watermark = { readonly at: number; readonly runId: RunId };

/** One record of the document query, as the org gave it. */
export type DiscoveredDocument = {
  readonly id: DocumentId;
  readonly name: string;
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  /** Empty when the record has none. */
  readonly url: string;
  /** The vendor's object id, for the vendor API. */
  readonly externalId: string | undefined;
  readonly lastModifiedAt: number;
  /** SystemModstamp, milliseconds. */
  readonly systemModstamp: number;
  readonly deleted: boolean;
};

export type DiscoveredPage = {
  readonly run: RunId;
  readonly documents: readonly DiscoveredDocument[];
  readonly position: ResumePosition | undefined;
  /** Further documents of the same page follow in another call: the position is not reached yet. */
  readonly more?: boolean;
  /** Others of the same page came before: where one of them failed, this one fails too. */
  readonly goesOn?: boolean;
};

/** What became of the documents of one page; the parts sum to the page. */
export type DiscoveryCounts = {
  /** Not known before. */
  readonly created: number;
  /** A new URL: the next revision. */
  readonly replaced: number;
  /** The same URL, or our own link. */
  readonly unchanged: number;
  /** Reported deleted by the org. */
  readonly deleted: number;
};

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

export type CopyOutcome =
  | {
      readonly kind: 'copied';
      readonly way: CopyMethod;
      /** Stored as `verified` when the evidence reaches the least accepted grade, else as `copied`. */
      readonly verified: boolean;
      readonly evidence: EvidenceGrade;
      readonly source: ObjectFacts;
      readonly target: ObjectFacts;
      /** SHA-256 of the content in hex, when the bytes passed through us. */
      readonly sha256?: string;
      /** The object was there already and proved to be ours. */
      readonly alreadyThere: boolean;
      /** A Salesforce file that stands in for a source nobody can read. */
      readonly substitute: boolean;
    }
  | {
      readonly kind: 'failed' | 'missing' | 'denied' | 'archived';
      readonly code: FailureCode;
      readonly failureClass: FailureClass;
      readonly message: string;
    }
  | { readonly kind: 'skipped'; readonly rule: SkipRule }
  /** Another try later; the document stays `discovered` and is not claimed before `notBefore`. */
  | {
      readonly kind: 'retry';
      readonly code: FailureCode;
      readonly message: string;
      readonly notBefore: number;
    }
  /** Given back untouched (drain, pause). */
  | { readonly kind: 'released' };

export type ClaimedOutcome = {
  readonly id: DocumentId;
  readonly revision: number;
  readonly token: ClaimToken;
  readonly outcome: CopyOutcome;
};

export type DocumentError = {
  readonly document: DocumentId;
  readonly runId: RunId;
  readonly code: FailureCode;
  readonly failureClass: FailureClass;
  readonly message: string;
  readonly originalUrl: string;
  readonly occurrences: number;
  readonly lastAt: number;
};

export type DocumentPage = {
  readonly after?: DocumentId;
  readonly limit: number;
  readonly states?: readonly DocumentState[];
  readonly accountId?: AccountId;
};

export type PastRevision = {
  readonly document: DocumentId;
  readonly revision: number;
  readonly originalUrl: string;
  readonly key: ObjectKey;
  /** Only `copied` and `verified` are known to have an object in the target. */
  readonly copyState: CopyState;
  readonly way: CopyMethod | undefined;
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  readonly evidence: EvidenceGrade | undefined;
};
