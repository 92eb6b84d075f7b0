import { organizationId } from '@file-migration/config';
import { openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import { VerifyProgress } from '../../../plugin/src/verify/verify-progress.ts';
import type { VerifyResult } from '../../../plugin/src/verify/verify-result.ts';
import { verify, type VerifySettings } from '../../../plugin/src/verify/verify.ts';
import type { VerifyRequest } from '../../../plugin/src/verify/verify-request.ts';
import { catalogOptions } from '../../../plugin/src/context/binding.ts';
import { storageOptions } from '../../../plugin/src/context/storage-options.ts';
import { storeKeys } from './world-config.ts';
import type { MigrationWorld } from './migration-world.ts';

/** One verification with the real catalog and storage. */
export async function runVerify(
  { org, config }: Pick<MigrationWorld, 'config'> & { readonly org: Pick<MigrationWorld['org'], 'orgId'> },
  request: Partial<VerifyRequest> = {},
  {
    signal = new AbortController().signal,
    progress = new VerifyProgress(),
    ...settings
  }: Partial<VerifySettings> & { signal?: AbortSignal; progress?: VerifyProgress } = {},
): Promise<VerifyResult> {
  const organization = organizationId(org.orgId);
  const catalog = await openCatalog(catalogOptions(config, organization, 'test verify'));
  const storage = createStorage(
    storageOptions(config, { organizationId: organization, env: storeKeys, fence: () => catalog.fence() }),
  );
  try {
    return await verify(
      {
        catalog,
        storage,
        log: { event: () => undefined, failure: () => undefined, close: () => undefined },
      },
      { mode: 'head', sample: 100, orphans: true, ...request },
      {
        settings: {
          minimumEvidence: config.backup.minimumEvidence,
          prefix: config.key.prefix,
          outputFile: undefined,
          ...settings,
        },
        info: { command: 'test verify', configSnapshot: {} },
        progress,
        signal,
      },
    );
  } finally {
    await storage.close();
    await catalog.close();
  }
}
