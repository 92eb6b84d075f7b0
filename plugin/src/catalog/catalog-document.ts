import type { AccountId, DocumentId, EvidenceGrade, ObjectKey, CopyMethod } from '@file-migration/config/contract';
import type { ObjectFacts } from './object-facts.ts';
import type { CopyState, DocumentState, LinkState, RecordState } from './states.ts';
import type { SkipRule } from '../model/failure-codes.ts';

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
  readonly way: CopyMethod | undefined;
  /** The copy is of a Salesforce file that stands in for a source nobody can read. */
  readonly substitute: boolean;
  readonly source: ObjectFacts | undefined;
  readonly target: ObjectFacts | undefined;
  readonly sha256: string | undefined;
  readonly attempts: number;
  /** When the next try comes due, when one is put off. */
  readonly nextAttemptAt: number | undefined;
  readonly lastErrorCode: string | undefined;
  readonly backedUpAt: number | undefined;
  readonly lastModifiedAt: number;
};
