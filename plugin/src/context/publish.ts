import type { MigrationConfig } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import { openPublications } from '../org/publications.ts';
import type { Publications } from '../org/publications-port.ts';
import { orgSession } from '../org/session.ts';
import { openBoundCatalog } from './bound-catalog.ts';
import { connect } from './connect.ts';
import { requireOrganization } from './publisher.ts';

/** What publishing by itself needs: the catalog with its lock, and the org. */
export type PublishContext = AsyncDisposable & { readonly catalog: Catalog; readonly publications: Publications };

/**
 * Opens the catalog and the org that it is bound to; undefined when no backup has been made yet.
 * @param request.fence what every call asks before it is sent, besides who owns the catalog
 * @throws Failure when the catalog is locked, the org cannot be reached, or is another one than the catalog's
 */
export async function openPublishContext(
  config: MigrationConfig,
  request: {
    readonly targetOrg: string | undefined;
    readonly command: string;
    readonly takeOver: boolean;
    readonly signal: AbortSignal;
    readonly fence: (catalog: Catalog) => Promise<unknown>;
  },
): Promise<PublishContext | undefined> {
  const { targetOrg, signal } = request;
  await using opened = new AsyncDisposableStack();
  const catalog = await openBoundCatalog(config, request);
  if (catalog === undefined) return undefined;
  opened.use(catalog);
  const { binding } = catalog.identity;
  if (binding === undefined) return undefined;
  const session = orgSession(await connect(targetOrg, config));
  await requireOrganization(session, binding.organizationId);
  const publications = openPublications({
    session,
    signal,
    fence: async () => {
      await request.fence(catalog);
    },
  });
  opened.defer(() => publications.close());
  const kept = opened.move();
  return { catalog, publications, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
