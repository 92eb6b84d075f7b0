import type { CatalogReader } from '../catalog/port.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { requireBinding } from './binding.ts';
import { requireNewestCatalog } from './newest-catalog.ts';
import { openContext, type Place } from './open-context.ts';

/** What a command needs that only looks: no lock, nothing written. */
export type ReadContext = AsyncDisposable & {
  readonly org: Org;
  readonly storage: Storage;
  /** The org's own token, for the one other service that checks it: the redirect. */
  readonly bearer: () => string;
  /** Undefined before the first backup. */
  readonly catalog: CatalogReader | undefined;
};

/** @throws Failure when the org cannot be reached or the catalog belongs to another place */
export function openReadContext(place: Place): Promise<ReadContext> {
  return openContext(place, async (parts) => {
    const session = await parts.session();
    const org = await parts.org();
    const organizationId = await org.organizationId();
    const catalog = await parts.catalogReader();
    const storage = parts.storage({ organizationId }, org);
    if (catalog !== undefined) {
      requireBinding(catalog, place.config, organizationId);
      await requireNewestCatalog(catalog, place.config, { session, storage, signal: place.signal });
    }
    return { org, storage, catalog, bearer: () => session.accessToken() };
  });
}
