import type { AccountId, DocumentId } from '@file-migration/config/contract';
import type { FailureClass } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import type { AccountCounts, CatalogCounts, ErrorClassCount } from '../model/counts.ts';
import type { Run, RunCounters, RunId, RunStatus } from '../model/run.ts';

/**
 * What is published into the org, as the catalog keeps it: the numbers of the snapshots, what every published row looked
 * like last, and the calls that it cost. All of it survives restarts. Lists of one call have at most 500 items.
 */
export type Publication = PublicationReader & {
  /**
   * Reads all figures of a run and of the catalog in one transaction, under the next number; undefined without the run.
   * @param run the newest one by default
   */
  takeSnapshot(run?: RunId): Promise<Snapshot | undefined>;
  /** The snapshot is in the org, with this throughput of its run. */
  snapshotPublished(snapshot: PublishedSnapshot, throughput: ThroughputSeries): Promise<void>;
  /**
   * Counts one call, before it is sent; returns how many of the last 24 hours are left after it.
   * @throws Failure `publishing-budget-spent` (pause) when `callsPerDay` are spent, and what every write throws
   */
  spendPublishingCall(callsPerDay: number): Promise<number>;
  eventPublished(at: number): Promise<void>;
  /** What the newest look at the gates found: part of every snapshot from now on. */
  keepGates(results: GateResults): Promise<void>;
  rowsPublished(rows: readonly PublishedRow[]): Promise<void>;
  /** The org no longer has these rows. */
  forgetPublished(keys: readonly string[]): Promise<void>;
  /** The org has nothing of this catalog any more; numbers and calls stay counted. */
  forgetAllPublished(): Promise<void>;
};

export type PublicationReader = {
  publication(): Promise<PublicationState>;
  /** Accounts with their figures, those with most documents first. */
  accountsBySize(page: { readonly after?: AccountBySize; readonly limit: number }): Promise<AccountCounts[]>;
  /** Errors that documents have now, the newest first. */
  openErrors(page: { readonly offset: number; readonly limit: number }): Promise<OpenError[]>;
  /** The keys of those rows that are not in the org as they are. */
  unpublished(rows: readonly RowHash[]): Promise<string[]>;
  /** Published rows whose keys begin so, by key. */
  publishedRows(page: { readonly prefix: string; readonly after?: string; readonly limit: number }): Promise<OrgRow[]>;
  /** Published accounts that have no document left. */
  emptiedAccounts(limit: number): Promise<OrgRow[]>;
  /** Runs that the org shows as running although they have ended, one way or another. */
  endedRuns(limit: number): Promise<Run[]>;
};

/** All figures of one moment. */
export type Snapshot = {
  /** The next number of this catalog; a number that was never published is never used again. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly counts: CatalogCounts;
  readonly run: Run;
  /** Documents that the run brought forward: copied, verified, or written and read back. */
  readonly broughtForward: number;
  /** A complete backup has seen every document of the org. */
  readonly isWholeOrgKnown: boolean;
  readonly errorClasses: readonly ErrorClassCount[];
  readonly gates: GateResults | undefined;
  /** What was published of this run last. */
  readonly throughput: ThroughputSeries | undefined;
};

/** What a run did in each interval, oldest first. */
export type ThroughputSeries = { readonly intervalSeconds: number; readonly points: readonly ThroughputPoint[] };

/** Seconds since 1970 at the beginning of the interval, documents processed in it, bytes copied in it. */
export type ThroughputPoint = readonly [at: number, documents: number, bytes: number];

/** What the panel shows under this number. */
export type PublishedSnapshot = {
  readonly sequence: number;
  readonly at: number;
  readonly counts: CatalogCounts;
  readonly run: { readonly id: RunId; readonly status: RunStatus; readonly counters: RunCounters };
};

export type PublicationState = {
  /** The number of the newest snapshot, published or not; 0 before the first. */
  readonly sequence: number;
  /** The newest that is in the org. */
  readonly snapshot: PublishedSnapshot | undefined;
  readonly eventAt: number | undefined;
  /** Calls of the last 24 hours. */
  readonly callsToday: number;
};

export type GateResults = { readonly at: number; readonly gates: readonly GateResult[] };

/** One gate as it was found; see `Check`. One that was not checked has no result. */
export type GateResult = {
  readonly id: string;
  readonly label: string;
  readonly status: 'passed' | 'failed' | 'unknown' | 'ignored';
  readonly found: string;
  readonly expected: string;
  readonly fix?: string;
};

/** The place of an account in the order of {@link PublicationReader.accountsBySize}. */
export type AccountBySize = { readonly documents: number; readonly accountId: AccountId | undefined };

export type OpenError = {
  readonly document: DocumentId;
  readonly runId: RunId;
  /** The org has that run's row, so that the error's may refer to it. */
  readonly isRunPublished: boolean;
  readonly code: FailureCode;
  readonly failureClass: FailureClass;
  readonly message: string;
  readonly occurrences: number;
  readonly worthRetry: boolean;
  readonly firstAt: number;
  readonly lastAt: number;
};

/** `key` is the external id without the catalog's UUID. */
export type RowHash = { readonly key: string; readonly hash: string };
export type OrgRow = { readonly key: string; readonly recordId: string };
export type PublishedRow = RowHash &
  OrgRow & {
    /** Of a run's row: the status that the org shows. */
    readonly status?: RunStatus;
  };
