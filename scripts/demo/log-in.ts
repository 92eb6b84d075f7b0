import type { World } from './world.ts';

export const orgAlias = 'acme';

/** Where to log in: enough of a world, and plain data. */
export type LogIn = Pick<World, 'environment'> & {
  readonly org: Pick<World['org'], 'url' | 'username' | 'accessToken'>;
};

/** Logs sf in to the simulated org, in the demo's own home folder, and makes it the default org there. */
export async function logIn({ org, environment }: LogIn): Promise<void> {
  // @salesforce/core decides at import where the home folder is
  Object.assign(process.env, environment);
  const { AuthInfo, Config, OrgConfigProperties } = await import('@salesforce/core');
  const info = await AuthInfo.create({
    accessTokenOptions: { accessToken: org.accessToken, instanceUrl: org.url, loginUrl: org.url },
    username: org.username,
  });
  await info.setAlias(orgAlias);
  // the global default: a local one would be written into the Salesforce project that this runs in
  const config = await Config.create({ isGlobal: true });
  config.set(OrgConfigProperties.TARGET_ORG, orgAlias);
  await config.write();
}
