import { randomBytes } from 'node:crypto';
import { readEnvironment, type Environment } from '../../middleware/src/environment.ts';

export type Variables = Readonly<Record<string, string>>;

/** Variables with which the service starts, on free ports of loopback; nothing behind them needs to run. */
export function variables(changes: Variables = {}): Variables {
  return {
    REDIRECT_PUBLIC_URL: 'https://files.example.com',
    REDIRECT_HOST: '127.0.0.1',
    REDIRECT_PORT: '0',
    REDIRECT_METRICS_PORT: '0',
    REDIRECT_ORG_URL: 'https://acme.my.salesforce.com',
    REDIRECT_ORG_ID: '00D000000000062EAA',
    REDIRECT_CLIENT_ID: 'file-migration-redirect',
    REDIRECT_CLIENT_SECRET: 'canary-client-secret',
    REDIRECT_DOCUMENT_ID_PREFIX: 'a0X',
    REDIRECT_BUCKET: 'customer-files',
    REDIRECT_KEY_PREFIX: 'uploads/',
    REDIRECT_REGION: 'us-east-1',
    REDIRECT_SESSION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    REDIRECT_DRAIN_DELAY_SECONDS: '0',
    ...changes,
  };
}

export function environment(changes: Variables = {}): Environment {
  return readEnvironment(variables(changes));
}
