import type { MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { createOrg } from '../org/org.ts';
import type { Org } from '../org/port.ts';
import { orgSession } from '../org/session.ts';
import { createStorage } from '../storage/create-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { requireBinding } from './binding.ts';
import { connect } from './connect.ts';
import { openExistingCatalog } from './existing-catalog.ts';
import { salesforceFileOpener } from './salesforce-file.ts';
import { storageOptions } from './storage-options.ts';

/** What a command needs that only looks: no lock, nothing written. */
export type ReadContext = AsyncDisposable & {
  readonly org: Org;
  readonly storage: Storage;
  /** The org's own token, for the one other service that checks it: the redirect. */
  readonly bearer: () => string;
  /** Undefined before the first backup. */
  readonly catalog: CatalogReader | undefined;
};

/**
 * @param options.anyBinding whether a catalog of another place is accepted: `doctor` reports it as a finding
 * @throws Failure when the org cannot be reached or the catalog belongs to another place
 */
export async function openReadContext(
  config: MigrationConfig,
  targetOrg: string | undefined,
  signal: AbortSignal,
  { anyBinding = false }: { anyBinding?: boolean } = {},
): Promise<ReadContext> {
  const connection = await connect(targetOrg, config, signal);
  await using opened = new AsyncDisposableStack();
  const session = orgSession(connection);
  const org = createOrg({ session, names: config.org, signal });
  opened.defer(() => org.close());
  const organizationId = await org.organizationId();
  const catalog = await openExistingCatalog(config.catalog.file);
  if (catalog !== undefined) {
    opened.defer(() => catalog.close());
    if (!anyBinding) requireBinding(catalog, config, organizationId);
  }
  const storage = createStorage(
    storageOptions(config, {
      organizationId,
      env: process.env,
      salesforceFile: salesforceFileOpener(org, config.source.salesforceFile.callsPerDay),
    }),
  );
  opened.defer(() => storage.close());
  const kept = opened.move();
  return {
    org,
    storage,
    catalog,
    bearer: () => session.accessToken(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
