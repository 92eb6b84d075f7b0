import type { RunCounters } from '../../model/run.ts';
import type { StoredDocument } from '../tables/document-row.ts';
import type { VerificationOutcome } from '../../model/comparison.ts';
import { failureInfo } from '../../model/failure-codes.ts';
import { waiting } from './waiting.ts';

/**
 * What a comparison of source and target makes of a document. A source that changed leaves its copy what it was: the
 * file as it had been; a target that is not what was written is no copy any more.
 */
export function verified(document: StoredDocument, outcome: VerificationOutcome): StoredDocument {
  switch (outcome.kind) {
    case 'equal':
      return waiting({
        ...document,
        copy: outcome.verified ? 'verified' : 'copied',
        sourceChanged: outcome.source === undefined && document.sourceChanged,
        lastError: undefined,
        evidence: outcome.evidence,
        source: outcome.source ?? document.source,
        target: outcome.target,
        sha256: outcome.sha256 ?? document.sha256,
      });
    case 'source-changed':
      return { ...document, sourceChanged: true, lastError: outcome.kind };
    case 'target-differs':
    case 'target-missing':
      // one that waits to be copied, or that a rule leaves out, stays what it is
      return hasCopy(document) ? { ...document, copy: 'failed', lastError: outcome.kind } : document;
    case 'not-compared':
      return document;
  }
}

function hasCopy({ copy }: StoredDocument): boolean {
  return copy === 'copied' || copy === 'verified';
}

/** What a comparison adds to its run's counters. */
export function verifiedCounters(outcome: VerificationOutcome): Partial<RunCounters> {
  switch (outcome.kind) {
    case 'equal':
      return { processed: 1, [outcome.verified ? 'verified' : 'copied']: 1 };
    case 'source-changed':
    case 'target-differs':
    case 'target-missing':
      return { processed: 1, failed: 1 };
    case 'not-compared':
      return { processed: 1, [failureInfo(outcome.code)?.outcome ?? 'skipped']: 1 };
  }
}
