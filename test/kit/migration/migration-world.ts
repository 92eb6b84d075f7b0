import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  organizationId,
  type MigrationConfig,
  type MigrationConfigInput,
  type CopyMethod,
} from '@file-migration/config';
import { backup, type BackupResult } from '../../../plugin/src/backup/backup.ts';
import { BackupProgress } from '../../../plugin/src/backup/backup-progress.ts';
import { backupSettings, type BackupRequest, type BackupSettings } from '../../../plugin/src/backup/backup-request.ts';
import { openCatalogReader } from '../../../plugin/src/catalog/catalog-reader.ts';
import { type CatalogOptions, openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import type { Catalog, CatalogReader } from '../../../plugin/src/catalog/port.ts';
import { createOrg } from '../../../plugin/src/org/org.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import type { Storage } from '../../../plugin/src/storage/storage.ts';
import { catalogOptions } from '../../../plugin/src/context/binding.ts';
import { storageOptions } from '../../../plugin/src/context/storage-options.ts';
import { sessionOf, INTEGRATION_USER } from '../org/org-world.ts';
import {
  LINK_BASE,
  TARGET,
  VENDOR,
  region,
  targetConfig,
  worldConfig,
  worldConfigInput,
  worldStore,
  type ChildPlace,
  storeKeys,
} from './world-config.ts';
import {
  startObjectStore,
  type ObjectStore,
  type ObjectStoreOptions,
} from '@file-migration/stand-ins/object-store/server';
import {
  startSalesforceOrg,
  type OrgOptions,
  type SalesforceOrg,
} from '@file-migration/stand-ins/salesforce-org/index';

export { LINK_BASE, TARGET, VENDOR, targetConfig, worldConfig, worldConfigInput };
export type { ChildPlace };

/** An org, a store and a folder: what a backup runs on. Each `run` is a process of its own, as far as state goes. */
export type MigrationWorld = {
  readonly org: SalesforceOrg;
  readonly store: ObjectStore;
  readonly config: MigrationConfig;
  readonly folder: string;
  /** Runs a backup to its end; the catalog is opened and closed around it. */
  run(request?: Partial<BackupRequest>, options?: RunOptions): Promise<BackupResult>;
  /** A look into the catalog. */
  look<T>(read: (catalog: CatalogReader) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type RunOptions = {
  readonly signal?: AbortSignal;
  readonly progress?: BackupProgress;
  readonly settings?: Partial<BackupSettings>;
  readonly catalog?: Partial<CatalogOptions>;
  readonly username?: string;
  /** What goes on beside the run, on its catalog. */
  readonly beside?: (catalog: Catalog, work: () => Promise<BackupResult>) => Promise<BackupResult>;
  /** Stands between the run and its storage. */
  readonly watch?: (storage: Storage) => Storage;
  /** Another store's keys than the stand-in's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another config than the world's, for this run. */
  readonly config?: MigrationConfig;
};

export function childPlace({ folder, store, org }: MigrationWorld): ChildPlace {
  const { url, orgId, accessTokens } = org;
  return { place: { folder, storeUrl: store.url }, org: { url, orgId, accessTokens } };
}

export async function migrationWorld(
  options: {
    readonly org?: OrgOptions;
    readonly store?: Partial<ObjectStoreOptions>;
    readonly config?: Partial<MigrationConfigInput>;
    /** How sources are read; default: both. */
    readonly methods?: readonly CopyMethod[];
  } = {},
): Promise<MigrationWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'backup-'));
  const org = await startSalesforceOrg({ bulk: { jobMs: 5, pageRows: 50 }, ...options.org });
  const store = await startObjectStore(worldStore(options.store));
  const config = worldConfig({ folder, storeUrl: store.url, methods: options.methods }, options.config);
  return {
    org,
    store,
    config,
    folder,
    run: (request = {}, run = {}) => runBackup({ org, config }, request, run),
    look: async (read) => {
      const catalog = await openCatalogReader(config.catalog.file);
      try {
        return await read(catalog);
      } finally {
        await catalog.close();
      }
    },
    close: async () => {
      await Promise.all([org.close(), store.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type OrgPlace = Pick<SalesforceOrg, 'url' | 'orgId' | 'accessTokens' | 'signIn'>;

/** One backup with the real catalog, org client and storage. */
export async function runBackup(
  { org, config: usual }: { org: OrgPlace; config: MigrationConfig },
  request: Partial<BackupRequest>,
  {
    signal = new AbortController().signal,
    progress = new BackupProgress(),
    settings,
    catalog: moreOptions,
    username,
    env = storeKeys,
    config = usual,
    beside = (_, work) => work(),
    watch = (storage) => storage,
  }: RunOptions,
): Promise<BackupResult> {
  const organization = organizationId(org.orgId);
  const catalog = await openCatalog({ ...catalogOptions(config, organization, 'test backup'), ...moreOptions });
  const client = createOrg({
    session: sessionOf(org as SalesforceOrg, username ?? INTEGRATION_USER, true, '68.0'),
    names: config.org,
    signal,
    backoff: { firstMs: 1, mostMs: 20 },
    poll: { firstMs: 2, mostMs: 20 },
  });
  const fence = (): Promise<void> => catalog.fence();
  const storage = createStorage(storageOptions(config, { organizationId: organization, env, fence }));
  try {
    return await beside(catalog, () =>
      backup(
        {
          catalog,
          org: client,
          storage: watch(storage),
          log: { event: () => undefined, failure: () => undefined, close: () => undefined },
        },
        { mode: 'auto', ...request },
        {
          settings: { ...backupSettings(config, { longestPauseMs: 0 }), ...settings },
          info: { command: 'test backup', configSnapshot: {} },
          progress,
          signal,
        },
      ),
    );
  } finally {
    await Promise.all([client.close(), storage.close()]);
    await catalog.close();
  }
}

export function sourceUrl(key: string): string {
  return `https://${VENDOR}.s3.${region}.amazonaws.com/${encodeURIComponent(key)}`;
}

export type Written = { readonly id: string; readonly key: string; readonly account: string };

/** So many documents, each with a file of its own, over so many accounts. */
export async function addDocuments(
  { org, store }: Pick<MigrationWorld, 'org' | 'store'>,
  documents: number,
  { accounts = 3, prefix = 'f', bytes = 200 }: { accounts?: number; prefix?: string; bytes?: number } = {},
): Promise<Written[]> {
  const owners = Array.from({ length: accounts }, (_, nth) =>
    org.records.insertOne('Account', { Name: `${prefix} Account ${nth}` }),
  );
  const written: Written[] = [];
  for (let nth = 0; nth < documents; nth++) {
    const account = owners[nth % accounts] ?? '';
    const key = `${prefix}-${nth}`;
    store.seed(VENDOR, key, { bytes: content(key, bytes), contentType: 'application/octet-stream', checksum: 'none' });
    const id = org.records.insertOne(
      'DocListEntry__c',
      documentRecord(`${prefix} ${nth}.pdf`, sourceUrl(key), account),
    );
    written.push({ id, key, account });
  }
  return Promise.resolve(written);
}

export function documentRecord(name: string, url: string | null, account?: string): Record<string, string | null> {
  return { Name: name, Document__c: url, Type_Current__c: 'Document', Account__c: account ?? null };
}

/** A PDF by its first bytes, of that size, and another one for each seed. */
export function content(seed: string, size: number): Buffer {
  const head = Buffer.from(`%PDF-1.4\n% ${seed}\n`);
  return size <= head.length ? head.subarray(0, size) : Buffer.concat([head, Buffer.alloc(size - head.length, seed)]);
}
