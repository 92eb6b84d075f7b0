import { randomBytes } from 'node:crypto';
import { readEnvironment, type Environment } from '../../../middleware/src/environment.ts';
import type { ObjectStore } from '@file-migration/stand-ins/object-store/server';
import type { SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import { STAND_IN_APP } from '@file-migration/stand-ins/salesforce-org/oauth/clients';

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

/** A simulated org and store, and where documents lead besides the store's bucket. */
export type StandIns = {
  readonly org: Pick<SalesforceOrg, 'url' | 'orgId' | 'documentObject' | 'documentIdPrefix'>;
  readonly store: Pick<ObjectStore, 'url' | 'region'>;
  readonly bucket: string;
  readonly originalHosts: readonly string[];
};

/** Variables of a service at this address of loopback that stands between a simulated org and a simulated store. */
export function standInVariables(url: string, { org, store, bucket, originalHosts }: StandIns): Variables {
  return variables({
    REDIRECT_PUBLIC_URL: url,
    REDIRECT_PORT: new URL(url).port,
    REDIRECT_ORG_URL: org.url,
    REDIRECT_ORG_ID: org.orgId,
    REDIRECT_CLIENT_ID: STAND_IN_APP.clientId,
    REDIRECT_CLIENT_SECRET: STAND_IN_APP.clientSecret,
    REDIRECT_DOCUMENT_OBJECT: org.documentObject,
    REDIRECT_DOCUMENT_ID_PREFIX: org.documentIdPrefix,
    REDIRECT_BUCKET: bucket,
    REDIRECT_REGION: store.region,
    REDIRECT_S3_ENDPOINT: store.url,
    REDIRECT_S3_PATH_STYLE: 'true',
    REDIRECT_ORIGINAL_HOSTS: originalHosts.join(','),
  });
}
