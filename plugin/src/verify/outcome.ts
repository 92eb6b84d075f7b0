import { atLeast, type EvidenceGrade } from '@file-migration/config';
import type { CatalogDocument } from '../model/document.ts';
import type { VerificationOutcome, Comparison } from '../model/comparison.ts';
import type { Finding } from './finding.ts';

/** What a comparison means for a catalog that asks for this evidence. */
export function outcomeOf(comparison: Comparison, required: EvidenceGrade): VerificationOutcome {
  return comparison.kind === 'equal' ? { ...comparison, verified: atLeast(comparison.evidence, required) } : comparison;
}

/** What a person is to know of it; undefined: all is well. */
export function findingOf(
  { id: document, key = '' as NonNullable<CatalogDocument['key']> }: CatalogDocument,
  outcome: VerificationOutcome,
  required: EvidenceGrade,
): Finding | undefined {
  switch (outcome.kind) {
    case 'equal':
      return outcome.verified
        ? undefined
        : { kind: 'weak-evidence', document, key, message: `Evidence ${outcome.evidence}; ${required} is asked for.` };
    case 'source-changed':
    case 'target-differs':
    case 'target-missing':
      return { kind: outcome.kind, document, key, message: outcome.message };
    case 'not-compared':
      return { kind: 'not-compared', document, key, message: `${outcome.code}: ${outcome.message}` };
  }
}

/** Whether a document's evidence is stronger now than the catalog had it. */
export function isRaised(
  { evidence: before = 'F' as EvidenceGrade }: CatalogDocument,
  outcome: VerificationOutcome,
): boolean {
  return outcome.kind === 'equal' && outcome.evidence < before;
}
