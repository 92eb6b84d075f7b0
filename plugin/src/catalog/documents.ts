import type { AccountId, CopyMethod, DocumentId, EvidenceGrade, ObjectKey } from '@file-migration/config/contract';
import type { AccountCounts, CatalogCounts, ErrorClassCount } from '../model/counts.ts';
import type { CatalogDocument } from '../model/document.ts';
import type { CopyState, DocumentState } from '../model/document-state.ts';
import type { FailureClass } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import type { RunId } from '../model/run.ts';

/** Documents, accounts and errors with their counts, as every screen reads them. */
export type DocumentsReader = {
  /** All counts that any screen shows, from the kept counters. */
  counts(): Promise<CatalogCounts>;
  /** Counts by recounting the rows; for tests and `doctor`. */
  recount(): Promise<CatalogCounts>;
  /** Accounts by id, the documents without account first; `after` is the last account's id, '' for those without. */
  accounts(page: { after?: string; limit: number; search?: string }): Promise<AccountCounts[]>;
  /** Errors by class and code, with how many documents still have them. */
  errorClasses(): Promise<ErrorClassCount[]>;
  recentErrors(limit: number): Promise<DocumentError[]>;
  /** Pages through documents by id. */
  documents(page: DocumentPage): Promise<CatalogDocument[]>;
  document(id: DocumentId): Promise<CatalogDocument | undefined>;
  /** Older revisions of a document and their objects in the target. */
  revisions(page: { after?: { document: DocumentId; revision: number }; limit: number }): Promise<PastRevision[]>;
};

export type DocumentPage = {
  readonly after?: DocumentId;
  readonly limit: number;
  readonly states?: readonly DocumentState[];
  readonly accountId?: AccountId;
};

export type DocumentError = {
  readonly document: DocumentId;
  readonly runId: RunId;
  readonly code: FailureCode;
  readonly failureClass: FailureClass;
  readonly message: string;
  readonly originalUrl: string;
  readonly occurrences: number;
  readonly lastAt: number;
};

export type PastRevision = {
  readonly document: DocumentId;
  readonly revision: number;
  readonly originalUrl: string;
  readonly key: ObjectKey;
  /** Only `copied` and `verified` are known to have an object in the target. */
  readonly copyState: CopyState;
  readonly method: CopyMethod | undefined;
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  readonly evidence: EvidenceGrade | undefined;
};
