import type { EvidenceGrade } from '@file-migration/config/contract';
import type { FailureClass } from './failure.ts';
import type { FailureCode } from './failure-codes.ts';
import type { ObjectFacts } from './object-facts.ts';

/** A copy that is what was written, and equal to its source as far as that could be looked at. */
export type Equal = {
  readonly kind: 'equal';
  /** The stronger of what was known and what this comparison proves. */
  readonly evidence: EvidenceGrade;
  /** Undefined when the method of reading has no HEAD: then only the target was looked at. */
  readonly source: ObjectFacts | undefined;
  readonly target: ObjectFacts;
  /** Hex. */
  readonly sha256: string | undefined;
};

type Unequal =
  | { readonly kind: 'source-changed' | 'target-differs' | 'target-missing'; readonly message: string }
  /** Nothing is known that was not known before. */
  | {
      readonly kind: 'not-compared';
      readonly code: FailureCode;
      readonly failureClass: FailureClass;
      readonly message: string;
    };

/** What comparing a copy with its source showed. */
export type Comparison = Equal | Unequal;

/** What the catalog is told about a comparison: whether the evidence reaches the least accepted grade, too. */
export type VerificationOutcome = (Equal & { readonly verified: boolean }) | Unequal;
