import { accountId, type AccountId } from '@file-migration/config';
import { TOO_LARGE, orUndefined } from './document-counts.ts';
import type { OrgClient } from './client.ts';
import { documentWhere, type DocumentColumns } from './document-columns.ts';
import type { AccountCount, DocumentBatch } from './port.ts';
import { restCount, restQuery } from './rest-query.ts';
import { textOf } from './row.ts';
import { soqlText, soqlWhere } from './soql.ts';

/** An aggregate query answers at most one page: it has no cursor to read on by. */
const GROUPS_PER_QUERY = 2000;

/**
 * Documents by account, all of them. The org itself counts; where that takes it too long, all documents are read
 * instead, which takes a large org minutes but always ends.
 */
export async function* accountCounts(
  client: OrgClient,
  columns: DocumentColumns,
  stream: () => AsyncIterable<DocumentBatch>,
): AsyncGenerator<AccountCount> {
  const byOrg = await orUndefined(async () => {
    const counts: AccountCount[] = [];
    for await (const count of countByOrg(client, columns)) counts.push(count);
    return counts;
  });
  yield* byOrg ?? (await countOneByOne(stream()));
}

/**
 * Each query starts behind the last account of the one before, so none is missing however many there are, and an account
 * that appears meanwhile moves no page. One API call for 2,000 accounts.
 */
async function* countByOrg(client: OrgClient, columns: DocumentColumns): AsyncGenerator<AccountCount> {
  const { id, name } = accountColumns(columns);
  const from = `FROM ${columns.object}`;
  const hopeless = TOO_LARGE;
  if (id === undefined) {
    const documents = await restCount(client, `SELECT COUNT() ${from}${documentWhere(columns)}`, { hopeless });
    yield { accountId: undefined, accountName: undefined, documents };
    return;
  }
  const without = soqlWhere([`${id} = null`, ...columns.where]);
  const homeless = await restCount(client, `SELECT COUNT() ${from}${without}`, { hopeless });
  if (homeless > 0) yield { accountId: undefined, accountName: undefined, documents: homeless };

  let last: string | undefined;
  let groups: number;
  do {
    groups = 0;
    const where = soqlWhere([last === undefined ? `${id} != null` : `${id} > ${soqlText(last)}`, ...columns.where]);
    const query =
      `SELECT ${id} account, ${name === undefined ? '' : `${name} accountName, `}COUNT(Id) documents ${from}${where} ` +
      `GROUP BY ${id}${name === undefined ? '' : `, ${name}`} ORDER BY ${id} LIMIT ${GROUPS_PER_QUERY}`;
    for await (const { account, accountName, documents } of restQuery(client, query, { hopeless })) {
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

async function countOneByOne(batches: AsyncIterable<DocumentBatch>): Promise<AccountCount[]> {
  const found = new Map<AccountId | undefined, { accountName: string | undefined; documents: number }>();
  for await (const { documents } of batches) {
    for (const { accountId: id, accountName } of documents) {
      const known = found.get(id) ?? { accountName, documents: 0 };
      found.set(id, { accountName: known.accountName ?? accountName, documents: known.documents + 1 });
    }
  }
  const order = ({ accountId: id = '' }: { accountId: string | undefined }): string => id;
  return Array.from(found, ([id, count]) => ({ accountId: id, ...count })).toSorted((one, other) =>
    order(one) < order(other) ? -1 : 1,
  );
}

function accountColumns({ select, places }: DocumentColumns): { id: string | undefined; name: string | undefined } {
  const column = (place: number | undefined): string | undefined => (place === undefined ? undefined : select[place]);
  return { id: column(places.accountId), name: column(places.accountName) };
}
