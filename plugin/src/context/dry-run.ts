import type { Catalog } from '../catalog/port.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { requireBinding } from './binding.ts';
import { requireNewestCatalog } from './newest-catalog.ts';
import { openContext, type Place } from './open-context.ts';

/** What a plan is made with: the real org and storage, only read, and a copy of the catalog to try things out in. */
export type DryRunContext = AsyncDisposable & {
  readonly org: Org;
  readonly storage: Storage;
  readonly catalog: Catalog;
};

/** @throws Failure when the org cannot be reached or the catalog belongs to another place */
export function openDryRunContext(place: Place): Promise<DryRunContext> {
  return openContext(place, async (parts) => {
    const org = await parts.org();
    const organizationId = await org.organizationId();
    const known = await parts.catalogReader();
    if (known !== undefined) requireBinding(known, place.config, organizationId);
    const storage = parts.storage({ organizationId }, org);
    if (known !== undefined) {
      const { config, signal } = place;
      await requireNewestCatalog(known, config, { session: await parts.session(), storage, signal });
    }
    return { org, storage, catalog: await parts.catalogCopy(organizationId) };
  });
}
