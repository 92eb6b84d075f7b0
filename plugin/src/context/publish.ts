import type { Catalog } from '../catalog/port.ts';
import type { Publications } from '../org/publications-port.ts';
import { requireNewestCatalog } from './newest-catalog.ts';
import { openBoundContext, type CatalogClaim, type Place } from './open-context.ts';

/** What publishing by itself needs: the catalog with its lock, and the org. */
export type PublishContext = AsyncDisposable & { readonly catalog: Catalog; readonly publications: Publications };

/**
 * Opens the catalog and the org that it is bound to; undefined when no backup has been made yet.
 * @param request.fence what every call asks before it is sent, besides who owns the catalog
 * @throws Failure when the catalog is locked, the org cannot be reached, or is another one than the catalog's
 */
export function openPublishContext(
  request: Place & CatalogClaim & { readonly fence: (catalog: Catalog) => Promise<unknown> },
): Promise<PublishContext | undefined> {
  return openBoundContext(request, async (parts, { catalog, organizationId }) => {
    const publications = await parts.publications(organizationId, async () => {
      await request.fence(catalog);
    });
    const { config, signal } = request;
    await requireNewestCatalog(catalog, config, { session: await parts.session(), signal });
    await parts.claimBucket(catalog, parts.storage({ organizationId }), organizationId, request.command);
    return { catalog, publications };
  });
}
