import type { GateResult, GateResults } from '../publication.ts';

/** A result as versions before 2.0 wrote it down. */
type FormerGateResult = {
  readonly gate: string;
  readonly label: string;
  readonly passed: boolean;
  readonly ignored?: boolean;
  readonly value: string;
  readonly threshold: string;
  readonly advice?: string;
};

/** Ids that gates had before. */
const renamed: Readonly<Record<string, string>> = { heads: 'copies', 'journal-space': 'disk-space' };

/** What stands in the catalog, under today's names, whichever version wrote it. */
export function gateResultsFrom(json: string): GateResults {
  const { at, gates } = JSON.parse(json) as { at: number; gates: readonly (GateResult | FormerGateResult)[] };
  return { at, gates: gates.map((result) => ('gate' in result ? present(result) : result)) };
}

function present({ gate, label, passed, ignored, value, threshold, advice }: FormerGateResult): GateResult {
  return {
    id: renamed[gate] ?? gate,
    label,
    status: passed ? 'passed' : ignored === true ? 'ignored' : 'failed',
    found: value,
    expected: threshold,
    ...(advice !== undefined && { fix: advice }),
  };
}
