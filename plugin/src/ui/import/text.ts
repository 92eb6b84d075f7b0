import { count, countOf, duration } from '../../format/quantity.ts';
import type { NotAdopted } from '../../import/adoptable.ts';
import type { ImportResult } from '../../import/import.ts';

const why: Readonly<Record<NotAdopted, string>> = {
  'shared-key': 'several documents share one object: all but one of their files are lost there',
  'unusable-key': 'the key lies outside the prefix, is longer than 255 characters, or is no key at all',
  'not-there': 'the bucket holds nothing under the key',
  'other-size': 'the object has another size than was written down',
  'not-copyable': 'the object cannot be copied inside the bucket: it is archived, or its own key is taken',
};

/** The end of an import in a few lines. */
export function importSummary(result: ImportResult): string[] {
  const { runId, status, seconds, rows, adopted, toCopy, known, unusable, linked, firstCollisions } = result;
  const reasons = (Object.keys(why) as NotAdopted[]).filter((reason) => toCopy[reason] > 0);
  return [
    `Run ${runId} (import) ${status} after ${duration(seconds * 1000)}.`,
    `  rows read           ${count(rows)}`,
    `    adopted           ${count(adopted)}  (copied inside the bucket to a key with the record id; evidence E until verified)`,
    ...reasons.map((reason) => `    ${reason.padEnd(17)} ${count(toCopy[reason])}  (${why[reason]}; copied anew)`),
    `    known already     ${count(known)}`,
    `    unusable          ${count(unusable)}${unusable > 0 ? '  (they name no Salesforce record)' : ''}`,
    ...(linked > 0 ? [`  with its link       ${countOf(linked, 'document')}`] : []),
    `  runs                ${count(result.runs)}, ${count(result.staleRuns)} of them left running and now closed`,
    `  errors              ${count(result.errors)}`,
    ...(firstCollisions.length === 0 ? [] : ['', 'The first documents that share an object with others:']),
    ...firstCollisions.map(({ key, document, sharers }) => `  ${document}  ${key}  (${count(sharers)} documents)`),
    '',
    'Next: sf migrate files backup --full (copies what is missing), then sf migrate files verify (raises the evidence)',
  ];
}
