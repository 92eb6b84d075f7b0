import type { Drift } from '../../catalog/statistics.ts';
import { count, countOf, moment } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';

/** What the vendor and the users still write, by day. */
export function driftLines({ inventory, days }: Drift): string[] {
  if (inventory === undefined) {
    return ['Unknown until the first complete backup has ended: sf migrate files backup'];
  }
  const found = `The first complete backup ended at ${moment(inventory.until)} with ${countOf(inventory.documents, 'document')}`;
  if (days.length === 0) return [`${found}; none was added or replaced since.`];
  return [
    `${found}. Since then, by the day (UTC) on which a backup saw the change:`,
    '',
    ...textTable(
      ['day', 'new', 'replaced'],
      [
        ...days.map(({ day, created, replaced }) => [day, count(created), count(replaced)]),
        ['total', count(sum(days, 'created')), count(sum(days, 'replaced'))],
      ],
      { right: [1, 2] },
    ),
  ];
}

function sum(days: Drift['days'], kind: 'created' | 'replaced'): number {
  return days.reduce((total, day) => total + day[kind], 0);
}
