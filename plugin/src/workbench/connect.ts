import { Org as SfOrg, SfError, type Connection } from '@salesforce/core';
import type { MigrationConfig } from '@file-migration/config';
import { Failure } from '../errors/failure.ts';

/**
 * The connection to the org: `--target-org`, else `org.targetOrg` of the config, else sf's default org.
 * @throws Failure `no-org` that says how to log in
 */
export async function connect(flag: SfOrg | undefined, config: MigrationConfig): Promise<Connection> {
  const named = config.org.targetOrg;
  const org = named !== undefined && flag === undefined ? await orgNamed(named) : flag;
  if (org === undefined) {
    throw new Failure(
      'No org is given: neither --target-org, nor org.targetOrg in the config, nor a default org of sf.',
      {
        code: 'wrong-use',
        failureClass: 'stop',
        actions: ['Name one: --target-org <alias>', 'Log in first if need be: sf org login web --alias <alias>'],
      },
    );
  }
  return org.getConnection(config.org.apiVersion);
}

async function orgNamed(aliasOrUsername: string): Promise<SfOrg> {
  try {
    return await SfOrg.create({ aliasOrUsername });
  } catch (error) {
    if (!(error instanceof SfError)) throw error;
    throw new Failure(`sf knows no org "${aliasOrUsername}" (org.targetOrg in the config): ${error.message}`, {
      code: 'wrong-use',
      failureClass: 'stop',
      actions: [`Log in: sf org login web --alias ${aliasOrUsername}`],
      cause: error,
    });
  }
}
