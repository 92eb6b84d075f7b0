import type { Drift } from '../../catalog/statistics.ts';
import { count, countOf, moment } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';

/** What the vendor and the users still write, by day. */
export function driftLines({ inventory, days }: Drift): string[] {
  if (inventory === undefined) {
    return ['Not known before the first complete backup: sf migrate files backup'];
  }
  const found = `${countOf(inventory.documents, 'document')} were found until the first complete backup had ended (${moment(inventory.until)})`;
  if (days.length === 0) return [`${found}; none came in or was replaced since.`];
  return [
    `${found}. Since then, by the day (UTC) on which a backup saw it:`,
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
