import { EVIDENCE_GRADES } from '@file-migration/config';
import type { CatalogCounts } from '../../../plugin/src/model/counts.ts';
import type { Run, RunId } from '../../../plugin/src/model/run.ts';
import type { Snapshot } from '../../../plugin/src/catalog/publication.ts';
import { documentStates } from '../../../plugin/src/model/document-state.ts';

/** Counts with these states and no others. */
export function countsOf(states: Partial<CatalogCounts['states']>, remaining = 0): CatalogCounts {
  const all = Object.fromEntries(documentStates.map((state) => [state, states[state] ?? 0]));
  return {
    documents: Object.values(all).reduce((sum, each) => sum + each, 0),
    bytes: 0,
    states: all as CatalogCounts['states'],
    evidence: Object.fromEntries(EVIDENCE_GRADES.map((grade) => [grade, 0])) as CatalogCounts['evidence'],
    skippedByRule: {},
    pastRevisions: 0,
    accounts: 0,
    remaining,
  };
}

/** A snapshot in which little has happened. */
export function someSnapshot(): Snapshot {
  const counters = { processed: 3, bytesCopied: 4 } as Run['counters'];
  const run = { id: 1 as RunId, type: 'switch', mode: 'full', status: 'running', startedAt: 1, counters } as Run;
  return {
    sequence: 1,
    at: 1,
    counts: countsOf({}),
    run,
    broughtForward: 2,
    isWholeOrgKnown: true,
    errorClasses: [],
    gates: undefined,
    throughput: undefined,
  };
}
