import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@file-migration/stand-ins/free-port';
import { startObjectStore, type ObjectStore } from '@file-migration/stand-ins/object-store/server';
import { population, type Population } from '@file-migration/stand-ins/population/population';
import { seedStandIns } from '@file-migration/stand-ins/population/seed-stand-ins';
import { defaultUsers, startSalesforceOrg, type SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import { startRedirectService, type RedirectService } from '@file-migration/kit/redirect/redirect-service';

/** The simulated world of the demo: an org, a vendor's bucket, an own bucket, a redirect service, and a folder. */
export type World = {
  readonly people: Population;
  readonly org: SalesforceOrg;
  readonly store: ObjectStore;
  readonly vendorBucket: string;
  /** In Amazon's form, as the URLs on the records have it. */
  readonly vendorHost: string;
  readonly ownBucket: string;
  readonly redirect: RedirectService;
  /** Who runs the commands. */
  readonly username: string;
  /** Working directory of the commands: migration.json, the catalog and the logs are in it. */
  readonly folder: string;
  /** What the commands find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

const region = 'us-west-2';
const ownBucket = 'acme-documents';
/** Known to everybody, and good for nothing but this store. */
const migrator = { accessKeyId: 'DEMOMIGRATOR00000001', secretAccessKey: 'demo-migrator-no-secret-0123456789abcdef' };
const reader = { accessKeyId: 'DEMOREDIRECT00000001', secretAccessKey: 'demo-redirect-no-secret-0123456789abcdef' };
const username = 'integration@file-migration.example';
/** Two of the org's users. */
export const alice = 'alice@file-migration.example';
export const bob = 'bob@file-migration.example';

/** Those who run the migration open files as well, so all standard users have what the redirect asks for. */
const opensFilesToo: Readonly<Record<string, { permissionSets: string[] }>> = {
  admin: { permissionSets: ['File_Migration_Admin', 'File_Migration_User'] },
  integration: { permissionSets: ['File_Migration_Integration', 'File_Migration_User'] },
};

/** Starts the stand-ins and fills them with a population of the measured shape of a real org. */
export async function createWorld({ documents, seed }: { documents: number; seed: number }): Promise<World> {
  const people = population({ seed, documents, sizes: { meanBytes: 24_000, maxBytes: 1_500_000 } });
  const { vendorBucket } = people.options;
  const vendorHost = `${vendorBucket}.s3.${region}.amazonaws.com`;
  const folder = await mkdtemp(join(tmpdir(), 'file-migration-demo-'));
  const redirectUrl = `http://127.0.0.1:${await freePort()}`;
  const org = await startSalesforceOrg({
    orgName: 'Acme (simulated org)',
    sandbox: false,
    bulk: { jobMs: 200 },
    users: defaultUsers.map((user) => ({ ...user, ...opensFilesToo[user.profile ?? 'standard'] })),
  });
  const store = await startObjectStore({
    region,
    buckets: [{ name: ownBucket, region, versioning: 'Enabled', lifecycle: [unfinishedUploads] }],
    credentials: [
      { ...migrator, rights: { [vendorBucket]: ['read', 'list'], [ownBucket]: ownRights } },
      { ...reader, rights: { [ownBucket]: ['read'] } },
    ],
  });
  await seedStandIns(people, { org, store });
  await writeFile(
    join(folder, 'migration.json'),
    `${JSON.stringify(migrationConfig({ store, vendorBucket, vendorHost, redirectUrl }), undefined, 2)}\n`,
  );
  const redirect = await startRedirectService({
    url: redirectUrl,
    org,
    store,
    bucket: ownBucket,
    credentials: reader,
    originalHosts: [vendorHost],
    // what was switched or rolled back a moment ago is asked for anew
    variables: { REDIRECT_ORGANIZATION_NAME: 'Acme', REDIRECT_ACCESS_CACHE_SECONDS: '0' },
  });
  const home = join(folder, 'home');
  await mkdir(home);
  return {
    people,
    org,
    store,
    vendorBucket,
    vendorHost,
    ownBucket,
    redirect,
    username,
    folder,
    environment: {
      HOME: home,
      MIGRATOR_ACCESS_KEY_ID: migrator.accessKeyId,
      MIGRATOR_SECRET_ACCESS_KEY: migrator.secretAccessKey,
      SF_DISABLE_TELEMETRY: 'true',
      SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
      SF_SKIP_NEW_VERSION_CHECK: 'true',
    },
    close: async () => {
      await redirect.stop();
      await Promise.all([org.close(), store.close()]);
    },
  };
}

const ownRights = ['read', 'list', 'write', 'delete', 'tags', 'configuration'] as const;
const unfinishedUploads = { id: 'unfinished-uploads', prefix: '', abortIncompleteMultipartDays: 7 };

/** The URLs keep the vendor's Amazon form; `source.hosts` says where that host is in this demo. */
function migrationConfig({
  store,
  vendorBucket,
  vendorHost,
  redirectUrl,
}: Pick<World, 'store' | 'vendorBucket' | 'vendorHost'> & { redirectUrl: string }): object {
  const credentials = {
    accessKeyId: '${MIGRATOR_ACCESS_KEY_ID}',
    secretAccessKey: '${MIGRATOR_SECRET_ACCESS_KEY}',
  };
  return {
    source: {
      methods: ['server-side-copy', 's3'],
      hosts: {
        [vendorHost]: {
          endpoint: store.url,
          region,
          bucket: vendorBucket,
          pathStyle: true,
        },
      },
      credentials,
    },
    target: { bucket: ownBucket, region, endpoint: store.url, pathStyle: true, credentials },
    link: { baseUrl: redirectUrl },
    // nothing in this org restores URLs late, so the canary is read a second time at once, not after five minutes
    switch: { canaryRereadMinutes: 0 },
  };
}
