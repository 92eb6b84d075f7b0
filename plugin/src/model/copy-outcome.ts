import type { CopyMethod, EvidenceGrade } from '@file-migration/config/contract';
import type { FailureClass } from './failure.ts';
import type { FailureCode, SkipRule } from './failure-codes.ts';
import type { ObjectFacts } from './object-facts.ts';

/** The file is in the target. */
export type Copied = {
  readonly kind: 'copied';
  readonly method: CopyMethod;
  /** Whether the evidence reaches the least accepted grade. */
  readonly verified: boolean;
  readonly evidence: EvidenceGrade;
  readonly source: ObjectFacts;
  readonly target: ObjectFacts;
  /** SHA-256 of the content in hex, when the bytes passed through us. */
  readonly sha256?: string;
  /** The object was there already and proved to be ours. */
  readonly alreadyThere: boolean;
  /** A Salesforce file that stands in for a source nobody can read. */
  readonly substitute: boolean;
};

/** The file could not be copied, and trying the same again soon would not help. */
export type CopyEnded = {
  readonly kind: 'failed' | 'missing' | 'denied' | 'archived';
  readonly code: FailureCode;
  readonly failureClass: FailureClass;
  readonly message: string;
};

/** Left out by a rule (`unparseable-url`, `too-large`). */
type Skipped = { readonly kind: 'skipped'; readonly rule: SkipRule };

/** The same may work later; quick retries are used up. */
type Retry = { readonly kind: 'retry'; readonly code: FailureCode; readonly message: string };

/** Given back untouched (drain, pause): nothing was stored, and nothing is known about the document. */
type Released = { readonly kind: 'released' };

/** What became of one copy. Failures of class `stop` and `pause` are thrown: they concern every document. */
export type CopyResult =
  | Copied
  | CopyEnded
  | Skipped
  /** Milliseconds to wait at least, jittered; longer when the other side asked for it. */
  | (Retry & { readonly retryAfterMs: number })
  | Released;

/** What the catalog is told about one copy. */
export type CopyOutcome =
  | Copied
  | CopyEnded
  | Skipped
  /** The document stays `discovered` and is not claimed before `notBefore`, milliseconds since 1970. */
  | (Retry & { readonly notBefore: number })
  | Released;
