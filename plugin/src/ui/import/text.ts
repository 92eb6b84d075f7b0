import { count, countOf, duration } from '../../format/quantity.ts';
import type { NotAdopted } from '../../import/adoptable.ts';
import type { ImportResult } from '../../import/import.ts';
import { factLines, type Fact } from '../format/facts.ts';
import { textTable } from '../format/table.ts';

const why: Readonly<Record<NotAdopted, string>> = {
  'shared-key': 'several documents share one object, which holds only one of their files',
  'unusable-key': 'the key is outside the prefix, longer than 255 characters, or not a key',
  'not-there': 'the bucket has no object under the key',
  'other-size': 'the object does not have the recorded size',
  'not-copyable': 'the object cannot be copied inside the bucket: it is archived, or its new key is taken',
};

/** The end of an import in a few lines. */
export function importSummary(result: ImportResult): string[] {
  const { runId, status, seconds, rows, adopted, toCopy, known, unusable, linked, firstCollisions } = result;
  const reasons = (Object.keys(why) as NotAdopted[]).filter((reason) => toCopy[reason] > 0);
  const facts: Fact[] = [
    ['rows read', count(rows)],
    ['  adopted', count(adopted), 'copied inside the bucket to a key with the record Id; evidence E until verified'],
    ...reasons.map((reason): Fact => [`  ${reason}`, count(toCopy[reason]), `${why[reason]}; will be copied again`]),
    ['  already known', count(known)],
    ['  unusable', count(unusable), unusable > 0 ? 'no Salesforce record Id' : undefined],
    ...(linked > 0 ? [['with its link', countOf(linked, 'document')] as const] : []),
    ['runs', count(result.runs), `${count(result.staleRuns)} were left running and are now closed`],
    ['errors', count(result.errors)],
  ];
  return [
    `Run ${runId} (import) ${status} after ${duration(seconds * 1000)}.`,
    ...factLines(facts),
    ...(firstCollisions.length === 0
      ? []
      : [
          '',
          'Documents that share an object with others:',
          ...textTable(
            ['document', 'key', 'documents'],
            firstCollisions.map(({ key, document, sharers }) => [document, key, count(sharers)]),
            { right: [2] },
          ),
        ]),
    '',
    'Next, copy what is missing:    sf migrate files backup --full',
    'Then raise the evidence:       sf migrate files verify',
  ];
}
