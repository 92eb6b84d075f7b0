import type { DocumentId } from '@file-migration/config/contract';
import type { OrgDocument } from '../model/document.ts';
import type { ResumePosition, RunId } from '../model/run.ts';

/** What a discovery writes down. */
export type Discovery = DiscoveryReader & {
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
};

export type DiscoveryReader = {
  watermark(): Promise<Watermark | undefined>;
};

export type Watermark = { readonly at: number; readonly runId: RunId };

export type DiscoveredPage = {
  readonly run: RunId;
  readonly documents: readonly OrgDocument[];
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
