export const orgAlias = 'acme';

/** Where to log in: enough of a world, and plain data. */
export type LogIn = {
  readonly org: { readonly url: string; readonly username: string; readonly accessToken: string };
  /** What commands find in their environment; its HOME is where sf keeps the login. */
  readonly environment: Readonly<Record<string, string>>;
};

/** Logs sf in to the simulated org, in a home folder of its own, and makes it the default org there. */
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
