import { accountId, keyPrefix, parseSalesforceId, type AccountId } from '@file-migration/config';
import type { AccountCounts } from '../model/counts.ts';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import { soqlText } from '../org/soql.ts';

const accountPrefix = '001';
/** Accounts of one name that a message lists. */
const listed = 5;
/** Accounts of the catalog read at a time. */
const pageRows = 1_000;

/**
 * The account that `--account` names, by id or by its exact name, as the org knows it.
 * @throws Failure `wrong-use` when there is none or more than one of that name
 */
export async function accountInOrg(org: Org, idOrName: string): Promise<AccountId> {
  const id = asAccountId(idOrName);
  if (id !== undefined) return id;
  const found: AccountId[] = [];
  const soql = `SELECT Id FROM Account WHERE Name = ${soqlText(idOrName)} ORDER BY Id LIMIT ${listed + 1}`;
  for await (const row of org.query(soql)) {
    if (typeof row.Id === 'string') found.push(accountId(row.Id));
  }
  return theOnly(found, idOrName, {
    none: `No account is called "${idOrName}", and it is no account id.`,
    list: 'List the accounts with documents: sf migrate files accounts',
  });
}

/**
 * The same out of the catalog, where no org is asked.
 * @throws Failure `wrong-use` when there is none or more than one of that name
 */
export async function accountInCatalog(catalog: CatalogReader, idOrName: string): Promise<AccountId> {
  const id = asAccountId(idOrName);
  if (id !== undefined) return id;
  const found: AccountId[] = [];
  for await (const account of similarAccounts(catalog, idOrName)) {
    if (account.accountName === idOrName && account.accountId !== undefined) found.push(account.accountId);
    if (found.length > listed) break;
  }
  return theOnly(found, idOrName, {
    none: `The catalog knows no account called "${idOrName}", and it is no account id.`,
    list: 'List the accounts that the catalog knows: sf migrate files status --accounts',
  });
}

/** A short name may stand in thousands of longer ones. */
async function* similarAccounts(catalog: CatalogReader, search: string): AsyncGenerator<AccountCounts> {
  let after: string | undefined;
  for (;;) {
    const page = await catalog.accounts({ limit: pageRows, search, ...(after !== undefined && { after }) });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    after = last.accountId ?? '';
  }
}

function asAccountId(text: string): AccountId | undefined {
  const id = parseSalesforceId(text);
  return id !== undefined && keyPrefix(id) === accountPrefix ? accountId(id) : undefined;
}

function theOnly(
  found: readonly AccountId[],
  name: string,
  { none, list }: { readonly none: string; readonly list: string },
): AccountId {
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const many = found.length > listed ? `More than ${listed}` : String(found.length);
  const message =
    only === undefined ? none : `${many} accounts are called "${name}": ${found.slice(0, listed).join(', ')}.`;
  const action = only === undefined ? list : 'Say which one by its id: --account <id>';
  throw new Failure(message, { code: 'wrong-use', actions: [action] });
}
