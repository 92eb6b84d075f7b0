import { EVIDENCE_GRADES, EVIDENCE_MEANING } from '@file-migration/config';
import { count, countOf, duration } from '../../format/quantity.ts';
import type { Finding } from '../../verify/finding.ts';
import type { SampleStatement } from '../../verify/sample-statement.ts';
import type { VerifyResult } from '../../verify/verify-result.ts';
import { factLines, type Fact } from '../format/facts.ts';
import { textTable } from '../format/table.ts';

const ended: Readonly<Record<VerifyResult['status'], string>> = {
  completed: 'completed without findings',
  completed_with_failures: 'completed with findings',
  stopped: 'stopped',
};

const meaning: Readonly<Record<Finding['kind'], string>> = {
  'source-changed': 'the source changed under its URL',
  'target-differs': 'the object is not the one that was written',
  'target-missing': 'documents whose object is missing',
  'not-compared': 'could not be compared',
  'weak-evidence': 'evidence below the grade asked for',
  'orphan-object': 'objects that belong to no document',
};

/** The end of a verification in a few lines; every figure is the catalog's. */
export function verifySummary(result: VerifyResult): string[] {
  const { run, runId, mode, status, seconds, findings, firstFindings, counts, objects } = result;
  const kinds = Object.keys(meaning) as Finding['kind'][];
  const facts: Fact[] = [
    ['compared', countOf(run.processed, 'document')],
    ['  equal', count(run.verified + run.copied)],
    ['  evidence raised', count(result.raised)],
    ...kinds.flatMap((kind): Fact[] => {
      const found = findings[kind] ?? 0;
      return found === 0 ? [] : [[`  ${kind}`, count(found), meaning[kind]]];
    }),
    ...(objects === undefined ? [] : [['objects listed', count(objects)] as const]),
  ];
  const grades = EVIDENCE_GRADES.filter((grade) => counts.evidence[grade] > 0);
  return [
    `Run ${runId} (${mode}${result.resumed ? ', resumed' : ''}) ${ended[status]} after ${duration(seconds * 1000)}.`,
    ...factLines(facts),
    ...(result.sample === undefined ? [] : ['', sampleLine(result.sample)]),
    ...(grades.length === 0
      ? []
      : [
          '',
          'Evidence of all copies:',
          ...grades.map(
            (grade) => `  ${grade} ${count(counts.evidence[grade]).padStart(11)}  ${EVIDENCE_MEANING[grade]}`,
          ),
        ]),
    ...(firstFindings.length === 0
      ? []
      : [
          '',
          ...textTable(
            ['finding', 'document or key', 'details'],
            firstFindings.map(({ kind, document, key, message }) => [kind, document ?? key, message]),
          ),
        ]),
  ];
}

/** `With 95% confidence, at most 0.06% of all copies are bad: 0 of 4,961 in the sample were.` */
export function sampleLine({ checked, bad, badShareAtMost, percent }: SampleStatement): string {
  if (checked === 0) return `The sample of ${percent}% contained no document, so it says nothing about the others.`;
  const most = Number((badShareAtMost * 100).toPrecision(2));
  return `With 95% confidence, at most ${most}% of all copies are bad: ${count(bad)} of ${count(checked)} in the sample of ${percent}% were.`;
}
