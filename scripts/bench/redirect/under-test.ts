import { randomBytes } from 'node:crypto';
import { Browser, NAVIGATION, locationOf } from '@file-migration/kit/redirect/browser';
import { STAND_IN_APP } from '@file-migration/stand-ins/salesforce-org/oauth/clients';
import type { BenchOrg } from './org-process.ts';

export const BUCKET = 'customer-files';

/** How the service is set up: everything on, as in production, and the org on loopback. */
export function serviceVariables(publicUrl: string, { url, orgId, documents }: BenchOrg): Record<string, string> {
  return {
    REDIRECT_PUBLIC_URL: publicUrl,
    REDIRECT_HOST: '127.0.0.1',
    REDIRECT_METRICS_PORT: '0',
    REDIRECT_ORG_URL: url,
    REDIRECT_ORG_ID: orgId,
    REDIRECT_CLIENT_ID: STAND_IN_APP.clientId,
    REDIRECT_CLIENT_SECRET: STAND_IN_APP.clientSecret,
    REDIRECT_DOCUMENT_ID_PREFIX: documents[0]?.slice(0, 3) ?? '',
    REDIRECT_BUCKET: BUCKET,
    REDIRECT_KEY_PREFIX: 'uploads/',
    REDIRECT_REGION: 'us-east-1',
    REDIRECT_SESSION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    // the limits are counted as ever, and let one user do what thousands would
    REDIRECT_USER_LIMIT: '1000000',
    REDIRECT_ADDRESS_LIMIT: '1000000',
    REDIRECT_DRAIN_DELAY_SECONDS: '1',
    AWS_ACCESS_KEY_ID: 'BENCH',
    AWS_SECRET_ACCESS_KEY: 'bench',
  };
}

/** Signs a user in at one of the servers, as a browser does, and gives the cookie: good at all that share the keys. */
export async function sessionCookie(serverUrl: string, publicUrl: string, org: BenchOrg): Promise<string> {
  const browser = new Browser();
  await browser.fetch(`${org.url}/stand-in/login?user=${encodeURIComponent(org.username)}`);
  const pages = await browser.open(`${serverUrl}/d/${org.documents[0] ?? ''}`, (next) => next.startsWith(publicUrl));
  const callback = locationOf(pages.at(-1))?.replace(publicUrl, serverUrl) ?? '';
  await browser.fetch(callback, { headers: NAVIGATION });
  const session = browser.cookies.get(serverUrl)?.get('session');
  if (session === undefined) throw new Error('Nobody could be signed in.');
  return `session=${session}`;
}
