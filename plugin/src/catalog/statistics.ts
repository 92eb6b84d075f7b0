import type { UrlKind } from '@file-migration/config/contract';

/** What `analyze` and the report read from the rows themselves. Each call reads the whole table: seconds for millions of documents. */
export type StatisticsReader = {
  breakdown(): Promise<Breakdown>;
  drift(): Promise<Drift>;
  /** @param ours beginnings of our links, in lower case */
  urlTally(ours: readonly string[]): Promise<UrlTally>;
};

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

/** Where the present documents' URLs point, as far as the catalog knows: what the org's own numbers are held against. */
export type UrlTally = {
  /** Origins that files are copied from, the most frequent first, at most 20; what is on another one counts as `other`. */
  readonly origins: readonly string[];
  readonly urls: Readonly<Record<UrlKind, number>>;
  /** Documents on which a switch was confirmed: their key stays there after a rollback. */
  readonly withKey: number;
};
