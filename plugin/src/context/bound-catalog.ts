import type { MigrationConfig, OrganizationId } from '@file-migration/config';
import { openCatalog } from '../catalog/catalog.ts';
import type { Catalog } from '../catalog/port.ts';
import { catalogBinding, ourLinks } from './binding.ts';
import { openExistingCatalog } from './existing-catalog.ts';

/**
 * Opens the catalog with its lock for work that needs no org: the org is the one it is bound to already. Undefined when
 * there is none, or when no backup has bound it yet.
 * @throws Failure when it is locked, or bound to another bucket, prefix, object or field than the config names
 */
export async function openBoundCatalog(
  config: MigrationConfig,
  { command, takeOver }: { command: string; takeOver: boolean },
): Promise<(Catalog & AsyncDisposable) | undefined> {
  const { file } = config.catalog;
  const organizationId = await boundTo(file);
  if (organizationId === undefined) return undefined;
  const catalog = await openCatalog({
    file,
    binding: catalogBinding(config, organizationId),
    command,
    layout: config.key,
    ...ourLinks(config),
    takeOver,
  });
  return Object.assign(catalog, { [Symbol.asyncDispose]: () => catalog.close() });
}

async function boundTo(file: string): Promise<OrganizationId | undefined> {
  await using reader = await openExistingCatalog(file);
  return reader?.identity.binding?.organizationId;
}
