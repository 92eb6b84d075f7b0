/** What a report tells beyond the kept counters: read from the rows, in one pass over all of them. */
export type Breakdown = {
  /** By extension in lower case ('' for none), the most frequent first; beyond 1,000 of them as `other`. */
  readonly extensions: readonly Share[];
  /** Copies by the day on which they were made (UTC, `2026-11-22`), in order. */
  readonly days: readonly Share[];
  readonly timeline: Timeline;
};

/** How long a point of a timeline can last, the finest first; milliseconds. */
export const timeSteps = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type TimeStep = keyof typeof timeSteps;

/** Copies by when they were made, in order, in steps as fine as the time from the first to the last allows. */
export type Timeline = {
  readonly step: TimeStep;
  /** Named by when the step begins, UTC: `2026-11-22` for a day, else `2026-11-22T14:03Z`. */
  readonly copies: readonly Share[];
};

export type Share = { readonly name: string; readonly documents: number; readonly bytes: number };

export type BreakdownReader = {
  /** Reads the whole table: seconds for millions of documents. */
  breakdown(): Promise<Breakdown>;
};
