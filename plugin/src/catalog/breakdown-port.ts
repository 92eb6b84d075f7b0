/** What a report tells beyond the kept counters: read from the rows, in one pass over all of them. */
export type Breakdown = {
  /** By extension in lower case ('' for none), the most frequent first; beyond 1,000 of them as `other`. */
  readonly extensions: readonly Share[];
  /** Copies by the day on which they were made (UTC, `2026-11-22`), in order. */
  readonly days: readonly Share[];
};

export type Share = { readonly name: string; readonly documents: number; readonly bytes: number };

export type BreakdownReader = {
  /** Reads the whole table: seconds for millions of documents. */
  breakdown(): Promise<Breakdown>;
};
