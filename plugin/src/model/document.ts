import type { AccountId, DocumentId, EvidenceGrade, ObjectKey, CopyMethod } from '@file-migration/config/contract';
import type { ObjectFacts } from './object-facts.ts';
import type { CopyState, DocumentState, LinkState, RecordState } from './document-state.ts';
import type { FailureCode, SkipRule } from './failure-codes.ts';

/** One document as the catalog shows it. */
export type CatalogDocument = {
  readonly id: DocumentId;
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  readonly name: string;
  /** The vendor's object id. */
  readonly externalId: string | undefined;
  readonly originalUrl: string;
  /** What the record holds as far as the catalog knows. */
  readonly currentUrl: string;
  readonly revision: number;
  readonly key: ObjectKey | undefined;
  readonly state: DocumentState;
  readonly recordState: RecordState;
  readonly copyState: CopyState;
  readonly linkState: LinkState;
  /** `verify` found that the source differs from what was copied, under the same URL. */
  readonly sourceChanged: boolean;
  readonly skipRule: SkipRule | undefined;
  readonly evidence: EvidenceGrade | undefined;
  readonly method: CopyMethod | undefined;
  /** The copy is of a Salesforce file that stands in for a source nobody can read. */
  readonly substitute: boolean;
  readonly source: ObjectFacts | undefined;
  readonly target: ObjectFacts | undefined;
  readonly sha256: string | undefined;
  readonly attempts: number;
  /** When the next try comes due, when one is put off. */
  readonly nextAttemptAt: number | undefined;
  readonly lastErrorCode: FailureCode | undefined;
  readonly backedUpAt: number | undefined;
  readonly lastModifiedAt: number;
};

/** One record of the document query, as the org gave it. */
export type OrgDocument = {
  readonly id: DocumentId;
  readonly name: string;
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  /** Empty when the record has none. */
  readonly url: string;
  /** The vendor's object id, for the vendor's API. */
  readonly externalId: string | undefined;
  readonly lastModifiedAt: number;
  /** SystemModstamp. */
  readonly systemModstamp: number;
  readonly deleted: boolean;
  /** What our two fields hold, empty or not; absent where the object does not have both. */
  readonly written?: { readonly key: string; readonly originalUrl: string };
  /** Only of a query `withTraits`. */
  readonly traits?: DocumentTraits;
};

/** What the org itself says about a file; undefined where the field is empty, not configured or not there. */
export type DocumentTraits = {
  /** Bytes. */
  readonly size: number | undefined;
  readonly year: string | undefined;
  readonly type: string | undefined;
};
