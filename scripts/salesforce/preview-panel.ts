import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { startSalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import type { OrgLogin } from '@file-migration/stand-ins/lightning-page/org-data';
import { startPreview } from '@file-migration/stand-ins/lightning-page/server';
import { projectAt } from '@file-migration/stand-ins/sfdx-project/project';

const usage = `npm run preview:panel -- [options]

Shows the Lightning components in a browser, with Salesforce's own base components and design system. What they ask of
Apex is answered by a simulated org, with the SOQL that stands in the Apex classes.

  --org URL              the simulated org, such as npm run demo or npm run stand-in:org has one (default: a new, empty one)
  --user NAME            as whom (default: its first user)
  --access-token TOKEN   a session of that org, instead of --user
  --port N               port to listen on (default: 8085)
  --without-permission   as somebody sees it who lacks the permission sets`;

const { values } = parseArgs({
  options: {
    org: { type: 'string' },
    user: { type: 'string' },
    'access-token': { type: 'string' },
    port: { type: 'string', default: '8085' },
    'without-permission': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error('Try: npm run preview:panel -- --help');
  process.exitCode = 2;
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(usage);
    return;
  }
  const own = values.org === undefined ? await startSalesforceOrg() : undefined;
  const org = own ?? (await logInTo(values.org ?? '', values));
  const preview = await startPreview(projectAt(resolve(import.meta.dirname, '../..')), {
    org,
    port: Number(values.port),
    permitted: !values['without-permission'],
  });
  console.log(`Status panel: ${preview.url}/`);
  console.log(`A document:   ${preview.url}/document/<record id>`);
  console.log(`Simulated org: ${org.url}`);
  const close = (): void => void Promise.all([preview.close(), own?.close()]);
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
}

/** A simulated org hands out sessions to whoever asks. */
async function logInTo(
  url: string,
  { user, 'access-token': accessToken }: { user?: string | undefined; 'access-token'?: string | undefined },
): Promise<OrgLogin> {
  if (!URL.canParse(url)) throw new Error(`--org takes the address of a simulated org, not "${url}".`);
  if (accessToken !== undefined) return { url, accessToken };
  const users = await fetch(new URL('/stand-in/users', url))
    .then((response) => response.json() as Promise<{ username: string; accessToken: string }[]>)
    .catch(() => {
      throw new Error(`No simulated org answers at ${url}.`);
    });
  const found = user === undefined ? users[0] : users.find(({ username }) => username === user);
  if (found !== undefined) return { url, accessToken: found.accessToken };
  throw new Error(`The org has no user ${user ?? ''}; it has: ${users.map(({ username }) => username).join(', ')}.`);
}
