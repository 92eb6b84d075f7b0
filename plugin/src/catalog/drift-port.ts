/** What came in after the first complete backup, by the day (UTC) on which a backup saw it. */
export type Drift = {
  /** What was there already: found until the first backup of all documents had ended. Undefined before that. */
  readonly inventory: { readonly documents: number; readonly until: number } | undefined;
  /** Days without any are left out. */
  readonly days: readonly DriftDay[];
};

export type DriftDay = {
  /** `2026-11-22` */
  readonly day: string;
  /** Documents that were not known before. */
  readonly created: number;
  /** Documents whose URL led to another file than before. */
  readonly replaced: number;
};

export type DriftReader = {
  /** Reads the whole table: seconds for millions of documents. */
  drift(): Promise<Drift>;
};
