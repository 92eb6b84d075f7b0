import { documentId, fileLink, type DocumentId } from '@file-migration/config';
import { readEnvironment } from '../../../middleware/src/environment.ts';
import type { LogDestination } from '../../../middleware/src/operations/log-output.ts';
import { startService, type Service, type ServiceSurroundings } from '../../../middleware/src/service.ts';
import { freePort } from '@file-migration/stand-ins/free-port';
import { startObjectStore, type ObjectStore, type SeedObject } from '@file-migration/stand-ins/object-store/server';
import {
  startSalesforceOrg,
  type OrgOptions,
  type SalesforceOrg,
} from '@file-migration/stand-ins/salesforce-org/index';
import { testsOwn, type Keys } from '../aws/least-privilege.ts';
import { shippedRole } from '../aws/shipped-policies.ts';
import { Browser } from './browser.ts';
import { standInVariables, type Variables } from './variables.ts';

export const ALICE = 'alice@file-migration.example';
export const BOB = 'bob@file-migration.example';
/** An external user. */
export const CAROL = 'carol@partner.example';
/** Without API access. */
export const DAVE = 'dave@file-migration.example';

const BUCKET = 'customer-files';
const PLACES = { targetBucket: BUCKET, targetPrefix: 'uploads', vendorBucket: 'vendor-files', region: 'us-east-1' };
/** What the shipped policies let the service do, and no more. */
const credential = {
  accessKeyId: 'REDIRECT000000000001',
  secretAccessKey: 'redirect-no-secret-0123456789abcdef012345',
  role: shippedRole('redirect', PLACES),
};
const VENDOR_URL = 'https://vendor-files.s3.us-east-1.amazonaws.com/a/original.pdf';

export type RedirectWorldOptions = {
  readonly variables?: Variables;
  readonly org?: OrgOptions;
  readonly surroundings?: ServiceSurroundings;
  /** Stands between service and org; gets the org's address and gives the one that the service is told. */
  readonly orgUrl?: (org: SalesforceOrg) => string;
};

export type DocumentOptions = {
  readonly name?: string;
  /** Who may see the record. */
  readonly sharedWith?: readonly string[];
  readonly object?: SeedObject;
  /** Written on the record instead of what a switch writes. */
  readonly fields?: (id: DocumentId) => Readonly<Record<string, string | null>>;
};

export type WorldDocument = { readonly id: DocumentId; readonly key: string; readonly link: string };

/** A redirect service with an org and a store behind it, all real servers on loopback. */
export type RedirectWorld = {
  readonly org: SalesforceOrg;
  readonly store: ObjectStore;
  /** The service's own, with the rights that the shipped policies grant. */
  readonly credential: Keys;
  readonly service: Service;
  readonly url: string;
  /** What the service logged, line by line. */
  readonly logs: Record<string, unknown>[];
  readonly addDocument: (options?: DocumentOptions) => WorldDocument;
  /** A browser in which this user is signed in to the org, though not yet to the service. */
  readonly browserOf: (username: string) => Promise<Browser>;
  /** The last decision that was audited. */
  readonly lastDecision: () => Record<string, unknown>;
  readonly close: () => Promise<void>;
};

export async function redirectWorld(options: RedirectWorldOptions = {}): Promise<RedirectWorld> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const org = await startSalesforceOrg(options.org);
  const store = await startObjectStore({ buckets: [BUCKET], credentials: [testsOwn, credential] });
  const logs: Record<string, unknown>[] = [];
  const standIns = { org, store, bucket: BUCKET, originalHosts: [new URL(VENDOR_URL).host] };
  const service = await startService(
    readEnvironment({
      ...standInVariables(url, standIns),
      REDIRECT_ORG_URL: options.orgUrl?.(org) ?? org.url,
      REDIRECT_ACCESS_CACHE_SECONDS: '0',
      REDIRECT_USER_LIMIT: '100000',
      REDIRECT_ADDRESS_LIMIT: '100000',
      ...options.variables,
    }),
    {
      credentials: () => Promise.resolve(credential),
      logs: quietLog(logs),
      ...options.surroundings,
    },
  );
  return {
    org,
    store,
    credential,
    service,
    url,
    logs,
    addDocument: (document) => addDocument(org, store, url, document ?? {}),
    browserOf: async (username) => {
      const browser = new Browser();
      await browser.fetch(`${options.orgUrl?.(org) ?? org.url}/stand-in/login?user=${encodeURIComponent(username)}`);
      return browser;
    },
    lastDecision: () => logs.findLast(({ audit }) => audit === true) ?? {},
    close: async () => {
      await service.stop();
      await org.close();
      await store.close();
    },
  };
}

/** A log that is kept line by line instead of being written. */
export function quietLog(lines: Record<string, unknown>[]): LogDestination {
  return {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    trouble: undefined,
    droppedLines: 0,
    close: () => Promise.resolve('written'),
  };
}

function addDocument(org: SalesforceOrg, store: ObjectStore, url: string, options: DocumentOptions): WorldDocument {
  const { name = 'Plan 2026.pdf', sharedWith = [ALICE] } = options;
  const id = documentId(org.records.insertOne('DocListEntry__c', { Name: name }));
  const key = `uploads/no-account/${id}/${name.replaceAll(/[^\w.-]/g, '_')}`;
  const link = fileLink(url, id);
  const switched = { Document__c: link, File_Key__c: key, File_Original_Url__c: VENDOR_URL };
  org.records.update(id, options.fields?.(id) ?? switched);
  for (const username of sharedWith) org.records.share(id, username);
  store.seed(BUCKET, key, options.object ?? { bytes: `%PDF-1.7 of ${id}`, contentType: 'application/octet-stream' });
  return { id, key, link };
}
