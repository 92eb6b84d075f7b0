import type { MigrationConfig } from '@file-migration/config';
import { openCatalogCopy } from '../catalog/catalog-copy.ts';
import type { Catalog } from '../catalog/port.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { catalogOptions } from './binding.ts';
import { openReadContext } from './read.ts';

/** What a plan is made with: the real org and storage, only read, and a copy of the catalog to try things out in. */
export type DryRunContext = AsyncDisposable & {
  readonly org: Org;
  readonly storage: Storage;
  readonly catalog: Catalog;
};

/** @throws Failure when the org cannot be reached or the catalog belongs to another place */
export async function openDryRunContext(
  config: MigrationConfig,
  targetOrg: string | undefined,
  signal: AbortSignal,
): Promise<DryRunContext> {
  await using opened = new AsyncDisposableStack();
  const { org, storage } = opened.use(await openReadContext(config, targetOrg, signal));
  const catalog = await openCatalogCopy(catalogOptions(config, await org.organizationId(), 'dry run'));
  opened.defer(() => catalog.close());
  const kept = opened.move();
  return { org, storage, catalog, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
