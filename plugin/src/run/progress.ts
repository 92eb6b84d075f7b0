/** One moment of a run, as every progress display shows it. All figures are counted, none is guessed. */
export type Progress = {
  readonly stage: string;
  /** Documents with an outcome in this run. */
  readonly done: number;
  /** Documents that this run takes on; grows while discovery goes on, and is then exact. */
  readonly total: number;
  readonly totalIsFinal: boolean;
  /** Bytes that went through; undefined where a phase moves none. */
  readonly bytes: number | undefined;
  /** Documents so far that need attention: no copy, not verified, no link. */
  readonly attention: number;
  /** What else is worth knowing at this moment. */
  readonly notes: readonly ProgressNote[];
};

export type ProgressNote =
  | { readonly kind: 'discovering' }
  | { readonly kind: 'read-from-org'; readonly documents: number }
  /** The org prepares the result of a query job. */
  | { readonly kind: 'query'; readonly state: string; readonly records: number }
  | { readonly kind: 'retries'; readonly documents: number }
  | { readonly kind: 'paused'; readonly forMs: number; readonly reason: string }
  | { readonly kind: 'skipped'; readonly documents: number }
  /** Processes that copy and compare for this one; the documents are those in their hands. */
  | {
      readonly kind: 'workers';
      readonly working: number;
      readonly documents: number;
      readonly silent: number;
      readonly differing: number;
    }
  | { readonly kind: 'objects-listed'; readonly objects: number }
  | { readonly kind: 'job-step'; readonly step: 'read-values' | 'store-rollback' | 'upload' }
  | { readonly kind: 'job'; readonly state: string; readonly rows: number }
  | { readonly kind: 'canary-wait'; readonly forMs: number }
  | { readonly kind: 'canary'; readonly cost: CanaryCost }
  /** Since when a run works whose progress nobody counts; milliseconds since 1970. */
  | { readonly kind: 'running-since'; readonly at: number };

/** What the canary took of the org's API, and what that means for the rest. */
export type CanaryCost = {
  readonly rows: number;
  /** Requests of this run, from the first value read to the second reading. */
  readonly calls: number;
  /** What the org counted in that time, other programs included; absent where it does not tell. */
  readonly orgCounted?: number;
  readonly restCalls: number;
  /** API calls of the day that were left then. */
  readonly leftInOrg?: number;
};

/** Shows progress until it is stopped. Implementations sample; the work never waits for a display. */
export type ProgressDisplay = {
  /** Stops showing; the last state stays on the screen. */
  stop(end: 'completed' | 'failed' | 'stopped'): void;
};

export type ProgressSource = () => Progress;
