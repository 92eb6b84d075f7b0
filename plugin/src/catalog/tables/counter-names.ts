import type { EvidenceGrade } from '@file-migration/config/contract';
import type { CopyState, DocumentState } from '../../model/document-state.ts';
import type { SkipRule } from '../../model/failure-codes.ts';

/** What one document adds to the counters. */
type Share = {
  readonly state: DocumentState;
  readonly evidence: EvidenceGrade | undefined;
  readonly skipRule: SkipRule | undefined;
  readonly bytes: number;
  readonly past: boolean;
  readonly waiting: boolean;
};

export function shareOf(document: {
  readonly state: DocumentState;
  readonly copy: CopyState;
  readonly evidence: EvidenceGrade | undefined;
  readonly skipRule: SkipRule | undefined;
  readonly waiting: boolean;
  readonly bytes: number;
}): Share {
  const hasCopy = document.copy === 'copied' || document.copy === 'verified';
  const deleted = document.state === 'deleted';
  return {
    state: document.state,
    evidence: hasCopy && !deleted ? document.evidence : undefined,
    skipRule: document.state === 'skipped' ? document.skipRule : undefined,
    bytes: hasCopy && !deleted ? document.bytes : 0,
    past: hasCopy && deleted,
    waiting: document.waiting,
  };
}

/** The counters that a document counts in, besides `bytes`. */
export function counterNames(share: Share): string[] {
  const names = ['documents', `state/${share.state}`];
  if (share.evidence !== undefined) names.push(`evidence/${share.evidence}`);
  if (share.skipRule !== undefined) names.push(`skipped/${share.skipRule}`);
  if (share.past) names.push('past-revisions');
  if (share.waiting) names.push('remaining');
  return names;
}
