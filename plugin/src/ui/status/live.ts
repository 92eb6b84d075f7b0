import { count, countOf, moment } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';
import { differenceWords } from '../../status/live-differences.ts';
import type { LiveStatus } from '../../status/live.ts';

/** Org and catalog side by side, and every difference with its reason and the next command. */
export function liveLines({ at, counted, figures, accounts, differences }: LiveStatus): string[] {
  return [
    `Checked at ${moment(at)}; ${counted === 'by-org' ? 'counted by Salesforce' : 'counted by reading all documents, because Salesforce would not count them'}.`,
    '',
    ...textTable(
      ['', 'org', 'catalog', 'difference'],
      figures.map(({ name, org, catalog }) => [
        name === 'deleted' ? 'deleted (in the recycle bin)' : name,
        org === undefined ? 'unknown' : count(org),
        count(catalog),
        org === undefined || org === catalog ? '' : signed(org - catalog),
      ]),
      { right: [1, 2, 3] },
    ),
    '',
    ...(differences.length === 0
      ? ['Org and catalog agree.']
      : [
          `${countOf(differences.length, 'difference')}:`,
          ...differences.flatMap((difference) => [
            `  ${difference.name}: ${differenceWords(difference)}. ${difference.reason}`,
            `    next: ${difference.next}`,
          ]),
        ]),
    ...accountLines(accounts),
  ];
}

function accountLines({ differing, listed }: LiveStatus['accounts']): string[] {
  if (listed.length === 0) return [];
  return [
    '',
    ...textTable(
      ['account', 'name', 'org', 'catalog', 'difference'],
      listed.map(({ accountId, accountName, org, catalog }) => [
        accountId ?? '(none)',
        accountName ?? '',
        count(org),
        count(catalog),
        signed(org - catalog),
      ]),
      { right: [2, 3, 4] },
    ),
    ...(differing > listed.length
      ? [`${count(differing - listed.length)} more accounts differ; show more of them with --limit.`]
      : []),
  ];
}

function signed(value: number): string {
  return value > 0 ? `+${count(value)}` : `−${count(-value)}`;
}
