import { Org as SfOrg, SfError, type Connection } from '@salesforce/core';
import type { MigrationConfig } from '@file-migration/config';
import { Failure } from '../model/failure.ts';

/**
 * The connection to the org: `--target-org`, else `org.targetOrg` of the config, else sf's default org.
 * @param named what `--target-org` says: an alias or username
 * @throws Failure `wrong-use` that says how to log in
 */
export async function connect(named: string | undefined, config: MigrationConfig): Promise<Connection> {
  const configured = config.org.targetOrg;
  const org =
    named !== undefined
      ? await orgNamed(named, '--target-org')
      : configured !== undefined
        ? await orgNamed(configured, 'org.targetOrg in the config')
        : await defaultOrg();
  return org.getConnection(config.org.apiVersion);
}

async function orgNamed(aliasOrUsername: string, where: string): Promise<SfOrg> {
  try {
    return await SfOrg.create({ aliasOrUsername });
  } catch (error) {
    if (!(error instanceof SfError)) throw error;
    throw new Failure(`sf knows no org "${aliasOrUsername}" (${where}): ${error.message}`, {
      code: 'wrong-use',
      actions: [`Log in: sf org login web --alias ${aliasOrUsername}`, 'See which orgs sf knows: sf org list'],
      cause: error,
    });
  }
}

async function defaultOrg(): Promise<SfOrg> {
  try {
    return await SfOrg.create({});
  } catch (error) {
    if (!(error instanceof SfError)) throw error;
    throw new Failure(
      'No org is given: neither --target-org, nor org.targetOrg in the config, nor a default org of sf.',
      {
        code: 'wrong-use',
        actions: ['Name one: --target-org <alias>', 'Log in first if need be: sf org login web --alias <alias>'],
        cause: error,
      },
    );
  }
}
