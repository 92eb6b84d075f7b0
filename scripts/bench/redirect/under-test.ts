import { randomBytes } from 'node:crypto';
import type { SalesforceId } from '@file-migration/config';
import type { Response } from 'express';
import { readEnvironment } from '../../../middleware/src/environment.ts';
import { Cookies } from '../../../middleware/src/sign-in/cookies.ts';
import { Seal } from '../../../middleware/src/sign-in/seal.ts';
import { Sessions } from '../../../middleware/src/sign-in/session.ts';
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
    REDIRECT_CLIENT_ID: 'bench',
    REDIRECT_CLIENT_SECRET: 'bench',
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

/** The cookie that a sign-in would have set. */
export function sessionCookie(variables: Record<string, string>, { orgId, userId, accessToken }: BenchOrg): string {
  const { REDIRECT_SESSION_KEYS: keys, REDIRECT_PUBLIC_URL: publicUrl } = readEnvironment(variables);
  let cookie = '';
  const response = {
    append: (_name: string, value: string) => {
      cookie = value.split(';')[0] ?? '';
    },
  };
  new Sessions(new Seal(keys, orgId), new Cookies(publicUrl), 3600).start(response as unknown as Response, {
    userId: userId as SalesforceId,
    external: false,
    accessToken,
  });
  return cookie;
}
