import { accountId, keyPrefix, parseSalesforceId, type AccountId } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../errors/failure.ts';

const accountPrefix = '001';

/**
 * The account of the catalog that a person names, by id or by its exact name; no org is asked.
 * @throws Failure `wrong-use` when there is none or more than one of that name
 */
export async function knownAccount(catalog: CatalogReader, idOrName: string): Promise<AccountId> {
  const id = parseSalesforceId(idOrName);
  if (id !== undefined && keyPrefix(id) === accountPrefix) return accountId(id);
  const similar = await catalog.accounts({ limit: 1_000, search: idOrName });
  const found = similar.flatMap((account) =>
    account.accountName === idOrName && account.accountId !== undefined ? [account.accountId] : [],
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new Failure(
    only === undefined
      ? `The catalog knows no account called "${idOrName}", and it is no account id.`
      : `${found.length} accounts are called "${idOrName}": ${found.slice(0, 5).join(', ')}.`,
    {
      code: 'wrong-use',
      failureClass: 'stop',
      actions:
        only === undefined
          ? ['List the accounts that the catalog knows: sf migrate files status --accounts']
          : ['Say which one by its id: --account <id>'],
    },
  );
}
