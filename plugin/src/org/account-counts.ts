import { accountId } from '@file-migration/config';
import type { OrgClient } from './client.ts';
import { documentWhere, type DocumentColumns } from './document-columns.ts';
import type { AccountCount } from './port.ts';
import { restCount, restQuery } from './rest-query.ts';
import { textOf } from './row.ts';
import { soqlText, soqlWhere } from './soql.ts';

/** An aggregate query answers at most one page: it has no cursor to go on with. */
const GROUPS_PER_QUERY = 2000;

/**
 * Documents by account, all of them: each query starts behind the last account of the one before, so none is missing
 * however many there are, and an account that appears meanwhile moves no page. One API call for 2,000 accounts.
 */
export async function* accountCounts(client: OrgClient, columns: DocumentColumns): AsyncGenerator<AccountCount> {
  const { id, name } = accountColumns(columns);
  const from = `FROM ${columns.object}`;
  if (id === undefined) {
    const documents = await restCount(client, `SELECT COUNT() ${from}${documentWhere(columns)}`);
    yield { accountId: undefined, accountName: undefined, documents };
    return;
  }
  const homeless = await restCount(client, `SELECT COUNT() ${from}${soqlWhere([`${id} = null`, ...columns.where])}`);
  if (homeless > 0) yield { accountId: undefined, accountName: undefined, documents: homeless };

  let last: string | undefined;
  let groups: number;
  do {
    groups = 0;
    const where = soqlWhere([last === undefined ? `${id} != null` : `${id} > ${soqlText(last)}`, ...columns.where]);
    const query =
      `SELECT ${id} account, ${name === undefined ? '' : `${name} accountName, `}COUNT(Id) documents ${from}${where} ` +
      `GROUP BY ${id}${name === undefined ? '' : `, ${name}`} ORDER BY ${id} LIMIT ${GROUPS_PER_QUERY}`;
    for await (const { account, accountName, documents } of restQuery(client, query)) {
      groups++;
      last = textOf(account);
      yield {
        accountId: accountId(last),
        accountName: textOf(accountName) || undefined,
        documents: Number(documents),
      };
    }
  } while (groups === GROUPS_PER_QUERY);
}

function accountColumns({ select, places }: DocumentColumns): { id: string | undefined; name: string | undefined } {
  const column = (place: number | undefined): string | undefined => (place === undefined ? undefined : select[place]);
  return { id: column(places.accountId), name: column(places.accountName) };
}
