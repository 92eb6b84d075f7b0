import type { PassResults } from '../catalog/verification.ts';
import { upperBound } from '../sampling/binomial.ts';

/** What a sample allows to say about all documents, with 95 % confidence. */
export type SampleStatement = {
  readonly percent: number;
  /** Of all runs of the pass; those that could not be compared are left out. */
  readonly checked: number;
  readonly bad: number;
  readonly confidence: 0.95;
  /** At most this share of all documents with a copy is bad. */
  readonly badShareAtMost: number;
};

/** What the results of a whole pass over a sample prove about all documents with a copy. */
export function sampleStatement(percent: number, results: PassResults): SampleStatement {
  const {
    equal = 0,
    'source-changed': changed = 0,
    'target-differs': differing = 0,
    'target-missing': missing = 0,
  } = results;
  const bad = changed + differing + missing;
  const checked = equal + bad;
  return { percent, checked, bad, confidence: 0.95, badShareAtMost: upperBound(bad, checked) };
}
