import { migrationConfig, organizationId, type CopyMethod } from '@file-migration/config';
import { AnalysisProgress } from '../../../plugin/src/analyze/analysis-progress.ts';
import { analyze } from '../../../plugin/src/analyze/analyze.ts';
import type { Analysis, AnalysisRequest } from '../../../plugin/src/analyze/analysis-result.ts';
import { createOrg } from '../../../plugin/src/org/org.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import { ourLinks } from '../../../plugin/src/context/binding.ts';
import { storageOptions } from '../../../plugin/src/context/storage-options.ts';
import { INTEGRATION_USER, sessionOf } from '../org/org-world.ts';
import type { Right } from '@file-migration/stand-ins/object-store/options';
import { startObjectStore, type ObjectStore } from '@file-migration/stand-ins/object-store/server';
import { population, type Population } from '@file-migration/stand-ins/population/population';
import { seedStandIns } from '@file-migration/stand-ins/population/seed-stand-ins';
import { startSalesforceOrg, type SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';

const region = 'us-west-2';
const bucket = 'vendor-documents';
export const LINK_BASE = 'https://files.example.com';
const reader = { accessKeyId: 'VENDORREADER00000001', secretAccessKey: 'vendor-reader-no-secret-0123456789abcdef' };
const writer = { accessKeyId: 'TARGETWRITER00000001', secretAccessKey: 'target-writer-no-secret-0123456789abcdef' };
const environment = {
  READER_KEY: reader.accessKeyId,
  READER_SECRET: reader.secretAccessKey,
  WRITER_KEY: writer.accessKeyId,
  WRITER_SECRET: writer.secretAccessKey,
};

/** An org and a vendor's bucket with the measured shape of a real org; the target's principal may not read the vendor. */
export type AnalysisWorld = {
  readonly org: SalesforceOrg;
  readonly store: ObjectStore;
  readonly people: Population;
  run(request?: Partial<AnalysisRequest>, options?: RunOptions): Promise<Analysis>;
  close(): Promise<void>;
};

export type RunOptions = {
  readonly methods?: readonly CopyMethod[];
  readonly progress?: AnalysisProgress;
  readonly signal?: AbortSignal;
};

export async function analysisWorld({
  documents,
  vendorRights = ['read', 'list'],
}: {
  documents: number;
  vendorRights?: readonly Right[];
}): Promise<AnalysisWorld> {
  const people = population({ seed: 3, documents, sizes: { meanBytes: 6_000, maxBytes: 200_000 } });
  const org = await startSalesforceOrg({ bulk: { jobMs: 5, pageRows: 100 } });
  const store = await startObjectStore({
    region,
    buckets: ['own-files'],
    credentials: [
      { ...reader, rights: { [bucket]: vendorRights } },
      { ...writer, rights: { 'own-files': ['read', 'list', 'write', 'delete', 'configuration'] } },
    ],
  });
  await seedStandIns(people, { org, store });
  return {
    org,
    store,
    people,
    run: (request = {}, options = {}) => run({ org, store }, request, options),
    close: async () => {
      await Promise.all([org.close(), store.close()]);
    },
  };
}

async function run(
  { org, store }: Pick<AnalysisWorld, 'org' | 'store'>,
  request: Partial<AnalysisRequest>,
  {
    methods = ['server-side-copy', 's3', 'https'],
    progress = new AnalysisProgress(),
    signal = new AbortController().signal,
  }: RunOptions,
): Promise<Analysis> {
  const place = { endpoint: store.url, region, pathStyle: true };
  const config = migrationConfig({
    source: {
      methods: [...methods],
      hosts: { [`${bucket}.s3.${region}.amazonaws.com`]: { ...place, bucket } },
      credentials: { accessKeyId: '${READER_KEY}', secretAccessKey: '${READER_SECRET}' },
    },
    target: {
      ...place,
      bucket: 'own-files',
      credentials: { accessKeyId: '${WRITER_KEY}', secretAccessKey: '${WRITER_SECRET}' },
    },
    link: { baseUrl: LINK_BASE },
  });
  const client = createOrg({
    session: sessionOf(org, INTEGRATION_USER, true, '68.0'),
    names: config.org,
    backoff: { firstMs: 1, mostMs: 20 },
    poll: { firstMs: 2, mostMs: 20 },
  });
  const storage = createStorage(
    storageOptions(config, { organizationId: organizationId(org.orgId), env: environment }),
  );
  const { linkBaseUrls, ...plain } = ourLinks(config);
  try {
    return await analyze(
      { org: client, storage },
      {
        accountId: undefined,
        sample: 1_000,
        allSizes: false,
        probe: 20,
        timeZone: undefined,
        seed: 'test',
        ourLinks: { baseUrls: linkBaseUrls, ...plain },
        ...request,
      },
      { settings: config, progress, signal },
    );
  } finally {
    await Promise.all([client.close(), storage.close()]);
  }
}
