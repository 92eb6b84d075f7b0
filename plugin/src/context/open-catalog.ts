import type { MigrationConfig, OrganizationId } from '@file-migration/config';
import { openCatalogReader } from '../catalog/catalog-reader.ts';
import { openCatalog } from '../catalog/catalog.ts';
import type { Catalog, CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import { catalogOptions } from './binding.ts';

/** A catalog that nobody has filled yet looks the same to a reader whether its file is there or not. */
const notYet: readonly FailureCode[] = ['catalog-missing', 'catalog-empty'];

/** Opens a catalog to read in it, while others may write; undefined when there is none yet. */
export async function openExistingCatalog(file: string): Promise<(CatalogReader & AsyncDisposable) | undefined> {
  try {
    const reader = await openCatalogReader(file);
    return Object.assign(reader, { [Symbol.asyncDispose]: () => reader.close() });
  } catch (error) {
    if (error instanceof Failure && notYet.includes(error.code)) return undefined;
    throw error;
  }
}

/** A catalog open for writing, and the org that it is bound to. */
export type BoundCatalog = AsyncDisposable & { readonly catalog: Catalog; readonly organizationId: OrganizationId };

/**
 * Opens the catalog with its lock for work that needs no org: the org is the one it is bound to already. Undefined when
 * there is none, or when no backup has bound it yet.
 * @throws Failure when it is locked, or bound to another bucket, prefix, object or field than the config names
 */
export async function openBoundCatalog(
  config: MigrationConfig,
  { command, takeOver }: { readonly command: string; readonly takeOver: boolean },
): Promise<BoundCatalog | undefined> {
  const organizationId = await boundTo(config.catalog.file);
  if (organizationId === undefined) return undefined;
  const catalog = await openCatalog({ ...catalogOptions(config, organizationId, command), takeOver });
  return { catalog, organizationId, [Symbol.asyncDispose]: () => catalog.close() };
}

async function boundTo(file: string): Promise<OrganizationId | undefined> {
  await using reader = await openExistingCatalog(file);
  return reader?.identity.binding?.organizationId;
}
