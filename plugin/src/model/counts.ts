import type { AccountId, EvidenceGrade } from '@file-migration/config/contract';
import type { FailureClass } from './failure.ts';
import type { FailureCode } from './failure-codes.ts';
import type { DocumentState } from './document-state.ts';

export type CatalogCounts = {
  readonly documents: number;
  /** Of the copies that `evidence` counts. */
  readonly bytes: number;
  readonly states: Readonly<Record<DocumentState, number>>;
  /** Documents with a copy (copied, verified, switched, and changed ones that have one), by grade. */
  readonly evidence: Readonly<Record<EvidenceGrade, number>>;
  readonly skippedByRule: Readonly<Record<string, number>>;
  /** Objects of older revisions and of deleted documents that stay in the target. */
  readonly pastRevisions: number;
  readonly accounts: number;
  /** Documents that a backup would still claim. */
  readonly remaining: number;
};

export type AccountCounts = {
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  readonly documents: number;
  readonly bytes: number;
  readonly states: Readonly<Partial<Record<DocumentState, number>>>;
};

export type ErrorClassCount = {
  readonly code: FailureCode;
  readonly failureClass: FailureClass;
  readonly documents: number;
  readonly occurrences: number;
  readonly worthRetry: boolean;
  readonly firstAt: number;
  readonly lastAt: number;
  /** One message as an example. */
  readonly example: string;
};
