import {
  AuthInfo,
  ConfigAggregator,
  Connection,
  OrgConfigProperties,
  SfError,
  StateAggregator,
} from '@salesforce/core';
import type { MigrationConfig } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import { newestVersion } from '../org/client.ts';
import { presentable } from '../org/refusal.ts';
import { orgSession } from '../org/session.ts';

/** sf asks for the newest API version of an org once in so long, and keeps the answer with the login. */
const versionLifeMs = 24 * 3_600_000;

/**
 * The login that sf has for an org: `--target-org`, else `org.targetOrg` of the config, else sf's default org. Nothing
 * is asked of the org but its newest API version, where none is set: what sf itself asks would log in without end where
 * the org refuses every new token.
 * @param named what `--target-org` says: an alias, a username or an access token
 * @throws Failure `wrong-use` that says how to log in
 */
export async function connect(
  named: string | undefined,
  config: MigrationConfig,
  signal?: AbortSignal,
): Promise<Connection> {
  const configured = config.org.targetOrg;
  const authInfo =
    named !== undefined
      ? await loginOf(named, '--target-org')
      : configured !== undefined
        ? await loginOf(configured, 'org.targetOrg in the config')
        : await defaultLogin();
  const settings = await ConfigAggregator.create();
  const set = settings.getPropertyValue(OrgConfigProperties.ORG_API_VERSION);
  const version = config.org.apiVersion ?? (typeof set === 'string' ? set : undefined) ?? keptVersion(authInfo);
  // a version that is given keeps sf from asking for one
  const connection = await Connection.create({ authInfo, connectionOptions: { version: version ?? '60.0' } });
  if (version === undefined) {
    const newest = await newestVersion(orgSession(connection), signal);
    connection.setApiVersion(newest);
    const now = new Date().toLocaleString();
    await authInfo.save({ instanceApiVersion: newest, instanceApiVersionLastRetrieved: now });
  }
  return connection;
}

function keptVersion(authInfo: AuthInfo): string | undefined {
  const { instanceApiVersion, instanceApiVersionLastRetrieved: asked } = authInfo.getFields();
  const isRecent = asked !== undefined && Date.now() - Date.parse(asked) < versionLifeMs;
  return isRecent ? instanceApiVersion : undefined;
}

async function loginOf(aliasOrUsername: string, where: string): Promise<AuthInfo> {
  try {
    const { aliases } = await StateAggregator.getInstance();
    return await AuthInfo.create({ username: aliases.resolveUsername(aliasOrUsername) });
  } catch (error) {
    if (!(error instanceof SfError)) throw error;
    // it may be an access token
    const named = presentable(aliasOrUsername);
    throw new Failure(`sf knows no org "${named}" (${where}): ${presentable(error.message)}`, {
      code: 'wrong-use',
      failureClass: 'stop',
      actions: [`Log in: sf org login web --alias ${named}`, 'See which orgs sf knows: sf org list'],
      cause: error,
    });
  }
}

async function defaultLogin(): Promise<AuthInfo> {
  const settings = await ConfigAggregator.create();
  const named = settings.getPropertyValue(OrgConfigProperties.TARGET_ORG);
  if (typeof named === 'string') return await loginOf(named, 'sf’s default org');
  throw new Failure(
    'No org is given: neither --target-org, nor org.targetOrg in the config, nor a default org of sf.',
    {
      code: 'wrong-use',
      failureClass: 'stop',
      actions: ['Name one: --target-org <alias>', 'Log in first if need be: sf org login web --alias <alias>'],
    },
  );
}
