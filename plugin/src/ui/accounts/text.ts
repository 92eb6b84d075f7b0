import { count, countOf, share } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';
import type { AccountList } from '../../accounts/account-list.ts';

const shownAtMost = 50;

/** The list for a screen; what is not shown is said. */
export function accountLines({ accounts, documents, withoutAccount, listed, matching }: AccountList): string[] {
  const shown = listed.slice(0, shownAtMost);
  return [
    `${countOf(documents, 'document')} in ${countOf(accounts, 'account')}; ${count(withoutAccount)} without an account.`,
    '',
    ...textTable(
      ['account', 'documents', 'share', 'name'],
      shown.map((account) => [
        account.accountId ?? '(none)',
        count(account.documents),
        share(account.documents, documents),
        account.accountName ?? '',
      ]),
      { right: [1, 2] },
    ),
    ...(matching > shown.length
      ? [`… and ${count(matching - shown.length)} more; find one with --search, or list all with --json.`]
      : []),
  ];
}
