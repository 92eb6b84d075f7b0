import { EVIDENCE_GRADES, EVIDENCE_MEANING } from '@file-migration/config';
import { count, countOf, duration } from '../../format/quantity.ts';
import type { Finding } from '../../verify/finding.ts';
import type { SampleStatement } from '../../verify/sample-statement.ts';
import type { VerifyResult } from '../../verify/verify-result.ts';

const words: Readonly<Record<VerifyResult['status'], string>> = {
  completed: 'completed, nothing found,',
  completed_with_failures: 'completed with findings',
  stopped: 'stopped',
};

const meaning: Readonly<Record<Finding['kind'], string>> = {
  'source-changed': 'the source changed under its URL',
  'target-differs': 'the object is not what was written',
  'target-missing': 'documents without an object',
  unsettled: 'could not be compared',
  'weak-evidence': 'evidence below what is asked for',
  'orphan-object': 'objects without a document',
};

/** The end of a verification in a few lines; every figure is the catalog's. */
export function verifySummary(result: VerifyResult): string[] {
  const { run, runId, mode, status, seconds, findings, firstFindings, counts, objects } = result;
  const kinds = Object.keys(meaning) as Finding['kind'][];
  return [
    `Run ${runId} (${mode}${result.resumed ? ', resumed' : ''}) ${words[status]} after ${duration(seconds * 1000)}.`,
    `  compared            ${countOf(run.processed, 'document')}`,
    `    equal             ${count(run.verified + run.copied)}`,
    `    evidence raised   ${count(result.raised)}`,
    ...kinds.flatMap((kind) => {
      const found = findings[kind] ?? 0;
      return found === 0 ? [] : [`    ${kind.padEnd(17)} ${count(found)}  (${meaning[kind]})`];
    }),
    ...(objects === undefined ? [] : [`  objects listed      ${count(objects)}`]),
    ...(result.sample === undefined ? [] : ['', sampleLine(result.sample)]),
    '',
    'Evidence of all copies now:',
    ...EVIDENCE_GRADES.filter((grade) => counts.evidence[grade] > 0).map(
      (grade) => `  ${grade} ${count(counts.evidence[grade]).padStart(11)}  ${EVIDENCE_MEANING[grade]}`,
    ),
    ...(firstFindings.length === 0 ? [] : ['', 'The first findings:']),
    ...firstFindings.map(({ kind, document, key, message }) => `  ${kind}  ${document ?? key}  ${message}`),
  ];
}

/** `With 95 % confidence at most 0.06 % of all documents are bad: 0 of 4,961 in the sample were.` */
export function sampleLine({ checked, bad, badShareAtMost, percent }: SampleStatement): string {
  if (checked === 0) return `The sample of ${percent} % took no document: it says nothing about the others.`;
  const most = (badShareAtMost * 100).toPrecision(2);
  return `With 95 % confidence at most ${Number(most)} % of all documents with a copy are bad: ${count(bad)} of ${count(checked)} in the sample of ${percent} % were.`;
}
