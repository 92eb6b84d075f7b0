import type { DocumentId, EvidenceGrade, ObjectKey } from '@file-migration/config/contract';
import type { DocumentState } from '../model/document-state.ts';
import type { SkipRule } from '../model/failure-codes.ts';
import type { ObjectFacts } from '../model/object-facts.ts';

/** What certifying writes down: decisions of people, never a document. */
export type Certification = CertificationReader & {
  /**
   * Stores decisions with the state and revision that their documents have now.
   * @throws when a document is unknown
   */
  recordDecisions(decisions: readonly NewDecision[]): Promise<number>;
};

export type CertificationReader = {
  /** Every document, the deleted ones included, in pages by id. */
  accountable(page: { readonly after?: DocumentId; readonly limit: number }): Promise<AccountableDocument[]>;
  /** The same of these documents, in their order; at most 1,000. Ids that the catalog does not know are left out. */
  accountableByIds(ids: readonly DocumentId[]): Promise<AccountableDocument[]>;
  /** Files that a backup found for the first time, or found replaced, at or after a moment. */
  filesSince(since: number): Promise<{ readonly created: number; readonly replaced: number }>;
};

/** What somebody must answer for: a document, how well its copy is proved, and what was decided about it. */
export type AccountableDocument = {
  readonly id: DocumentId;
  readonly revision: number;
  readonly state: DocumentState;
  readonly skipRule: SkipRule | undefined;
  readonly key: ObjectKey | undefined;
  readonly evidence: EvidenceGrade | undefined;
  readonly target: ObjectFacts | undefined;
  /** Hex. */
  readonly sha256: string | undefined;
  /** The copy stands in for a source that nobody could read. */
  readonly substitute: boolean;
  /** When source and copy were last seen equal; 0: never. */
  readonly seenAt: number;
  /** The newest one. */
  readonly decision: Decision | undefined;
};

/** A named person's word that a document may be left without a copy. */
export type NewDecision = {
  readonly document: DocumentId;
  readonly decidedBy: string;
  readonly reason: string;
  /** A day: 2026-11-28. */
  readonly decidedOn: string;
};

export type Decision = Omit<NewDecision, 'document'> & {
  /** What the document was when it was decided on. */
  readonly revision: number;
  readonly state: string;
  readonly recordedAt: number;
};
