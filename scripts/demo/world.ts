import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startObjectStore, type ObjectStore } from '../../test/stand-ins/object-store/server.ts';
import { population, type Population } from '../../test/stand-ins/population/population.ts';
import { seedStandIns } from '../../test/stand-ins/population/seed-stand-ins.ts';
import { startSalesforceOrg, type SalesforceOrg } from '../../test/stand-ins/salesforce-org/index.ts';

/** The simulated world of the demo: an org, a vendor's bucket, an own bucket, and a folder to work in. */
export type World = {
  readonly people: Population;
  readonly org: SalesforceOrg;
  readonly store: ObjectStore;
  readonly vendorBucket: string;
  readonly ownBucket: string;
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

/** Starts the stand-ins and fills them with a population of the measured shape of a real org. */
export async function createWorld({ documents, seed }: { documents: number; seed: number }): Promise<World> {
  const people = population({ seed, documents, sizes: { meanBytes: 24_000, maxBytes: 1_500_000 } });
  const { vendorBucket } = people.options;
  const folder = await mkdtemp(join(tmpdir(), 'file-migration-demo-'));
  const org = await startSalesforceOrg({ orgName: 'Acme (simulated org)', sandbox: false, bulk: { jobMs: 200 } });
  const store = await startObjectStore({
    region,
    buckets: [{ name: ownBucket, region, versioning: 'Enabled', lifecycle: [unfinishedUploads] }],
    credentials: [{ ...migrator, rights: { [vendorBucket]: ['read', 'list'], [ownBucket]: ownRights } }],
  });
  await seedStandIns(people, { org, store });
  await writeFile(
    join(folder, 'migration.json'),
    `${JSON.stringify(migrationConfig({ store, vendorBucket }), undefined, 2)}\n`,
  );
  const home = join(folder, 'home');
  await mkdir(home);
  return {
    people,
    org,
    store,
    vendorBucket,
    ownBucket,
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
      await Promise.all([org.close(), store.close()]);
    },
  };
}

const ownRights = ['read', 'list', 'write', 'delete', 'tags', 'configuration'] as const;
const unfinishedUploads = { id: 'unfinished-uploads', prefix: '', abortIncompleteMultipartDays: 7 };

/** The URLs keep the vendor's Amazon form; `source.hosts` says where that host is in this demo. */
function migrationConfig({ store, vendorBucket }: { store: ObjectStore; vendorBucket: string }): object {
  const credentials = {
    accessKeyId: '${MIGRATOR_ACCESS_KEY_ID}',
    secretAccessKey: '${MIGRATOR_SECRET_ACCESS_KEY}',
  };
  return {
    source: {
      ways: ['server-side-copy', 's3'],
      hosts: {
        [`${vendorBucket}.s3.${region}.amazonaws.com`]: {
          endpoint: store.url,
          region,
          bucket: vendorBucket,
          pathStyle: true,
        },
      },
      credentials,
    },
    target: { bucket: ownBucket, region, endpoint: store.url, pathStyle: true, credentials },
    link: { baseUrl: 'https://files.acme.example' },
  };
}
