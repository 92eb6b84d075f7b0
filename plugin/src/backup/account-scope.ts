import { accountId, keyPrefix, parseSalesforceId, type AccountId } from '@file-migration/config';
import { Failure } from '../errors/failure.ts';
import type { Org } from '../org/port.ts';
import { soqlText } from '../org/soql.ts';

const accountPrefix = '001';

/**
 * The account that `--account` names, by id or by its exact name.
 * @throws Failure `wrong-use` when there is none or more than one of that name
 */
export async function accountOf(org: Org, idOrName: string): Promise<AccountId> {
  const id = parseSalesforceId(idOrName);
  if (id !== undefined && keyPrefix(id) === accountPrefix) return accountId(id);
  const found: string[] = [];
  for await (const row of org.query(`SELECT Id FROM Account WHERE Name = ${soqlText(idOrName)} ORDER BY Id LIMIT 6`)) {
    if (typeof row.Id === 'string') found.push(row.Id);
  }
  const [only] = found;
  if (only !== undefined && found.length === 1) return accountId(only);
  throw new Failure(
    found.length === 0
      ? `No account is called "${idOrName}", and it is no account id.`
      : `${found.length > 5 ? 'More than five' : String(found.length)} accounts are called "${idOrName}": ${found.slice(0, 5).join(', ')}.`,
    {
      code: 'wrong-use',
      failureClass: 'stop',
      actions:
        found.length === 0
          ? ['List the accounts with documents: sf migrate files accounts']
          : ['Say which one by its id: --account <id>'],
    },
  );
}
