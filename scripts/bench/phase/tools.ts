import {
  migrationConfig,
  organizationId,
  type MigrationConfig,
  type MigrationConfigInput,
} from '@file-migration/config';
import type { Catalog } from '../../../plugin/lib/catalog/port.js';
import { openCatalog } from '../../../plugin/lib/catalog/catalog.js';
import { keepHeapSmall } from '../../../plugin/lib/command/small-heap.js';
import type { RunLog } from '../../../plugin/lib/logs/run-log.js';
import { createOrg } from '../../../plugin/lib/org/org.js';
import type { Org } from '../../../plugin/lib/org/port.js';
import { tokenSession } from '../../../plugin/lib/org/session.js';
import { createStorage } from '../../../plugin/lib/storage/create-storage.js';
import type { Storage } from '../../../plugin/lib/storage/storage.js';
import { catalogOptions } from '../../../plugin/lib/workbench/binding.js';
import { storageOptions } from '../../../plugin/lib/workbench/storage-options.js';

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

/** Opens the built plugin's catalog, org and storage as its commands do, for as long as `work` takes. */
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
  keepHeapSmall();
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
