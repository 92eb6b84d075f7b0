import {
  migrationConfig,
  organizationId,
  type MigrationConfig,
  type MigrationConfigInput,
} from '@file-migration/config';
import type { Catalog } from '../../../plugin/src/catalog/port.ts';
import { openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import type { RunLog } from '../../../plugin/src/logs/run-log.ts';
import { createOrg } from '../../../plugin/src/org/org.ts';
import type { Org } from '../../../plugin/src/org/port.ts';
import { tokenSession } from '../../../plugin/src/org/session.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import type { Storage } from '../../../plugin/src/storage/storage.ts';
import { catalogOptions } from '../../../plugin/src/context/binding.ts';
import { storageOptions } from '../../../plugin/src/context/storage-options.ts';

/** Where a phase is to run: plain data, so that it runs in a process of its own. */
export type PhasePlace = {
  readonly org: { readonly url: string; readonly orgId: string; readonly accessToken: string };
  readonly config: MigrationConfigInput;
};

export type PhaseTools = {
  readonly config: MigrationConfig;
  readonly catalog: Catalog;
  readonly org: Org;
  readonly storage: Storage;
  readonly log: RunLog;
};

/** Opens catalog, org and storage as the commands do, for as long as `work` takes. */
export async function withTools<T>(place: PhasePlace, work: (tools: PhaseTools) => Promise<T>): Promise<T> {
  const config = migrationConfig(place.config);
  const organization = organizationId(place.org.orgId);
  const catalog = await openCatalog(catalogOptions(config, organization, 'bench'));
  const fence = (): Promise<void> => catalog.fence();
  const org = createOrg({
    session: tokenSession({ instanceUrl: place.org.url, accessToken: place.org.accessToken, apiVersion: '68.0' }),
    names: config.org,
    signal: new AbortController().signal,
    fence,
    backoff: { firstMs: 1, mostMs: 20 },
    poll: { firstMs: 2, mostMs: 20 },
  });
  const storage = createStorage(storageOptions(config, { organizationId: organization, env: process.env, fence }));
  try {
    return await work({
      config,
      catalog,
      org,
      storage,
      log: { event: () => undefined, failure: () => undefined, close: () => undefined },
    });
  } finally {
    await Promise.all([org.close(), storage.close()]);
    await catalog.close();
  }
}
