import type { LoadedConfig, OrganizationId } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { RunLog } from '../logs/run-log.ts';
import { orgClient } from '../org/client.ts';
import { openPublications } from '../org/publications.ts';
import { runningUser } from '../org/running-user.ts';
import { orgSession, type OrgSession } from '../org/session.ts';
import { Publisher, type OnPublisherEvent } from '../publish/publisher.ts';
import { connect } from './connect.ts';

/** Whether and how a run is published; undefined: `--no-publish`. */
export type Publishing = OnPublisherEvent | undefined;

/** The publisher of a run whose org is open; undefined when it is not to be published. */
export function publisherFor(
  { config: { publish } }: LoadedConfig,
  publishing: Publishing,
  bench: { readonly session: OrgSession; readonly catalog: Catalog; readonly log: RunLog },
): Publisher | undefined {
  if (publishing === undefined || !publish.enabled) return undefined;
  const { session, catalog, log } = bench;
  return new Publisher({
    catalog,
    log,
    settings: publish,
    onEvent: publishing,
    open: (options) => openPublications({ session, ...options }),
  });
}

/**
 * The publisher of a run that needs no org itself: it goes on without one, and says so. Nothing is published into an org
 * that the catalog does not belong to.
 */
export async function publisherWithoutOrg(
  loaded: LoadedConfig,
  publishing: Publishing,
  targetOrg: string | undefined,
  bench: { readonly organizationId: OrganizationId; readonly catalog: Catalog; readonly log: RunLog },
): Promise<Publisher | undefined> {
  if (publishing === undefined || !loaded.config.publish.enabled) return undefined;
  try {
    const session = orgSession(await connect(targetOrg, loaded.config));
    await requireOrganization(session, bench.organizationId);
    return publisherFor(loaded, publishing, { session, ...bench });
  } catch (error) {
    bench.log.failure('not published', error);
    publishing({ kind: 'not-opened', message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** @throws Failure `catalog-bound-elsewhere` when the session is one of another org than the catalog's */
export async function requireOrganization(session: OrgSession, organizationId: OrganizationId): Promise<void> {
  const client = orgClient({ session });
  try {
    const found = (await runningUser(client)).organizationId;
    if (found === organizationId) return;
    throw new Failure(
      `The catalog belongs to the org ${organizationId}, and this is ${found}: nothing is written there.`,
      {
        code: 'catalog-bound-elsewhere',
        actions: ['Name the right org: --target-org <alias>'],
      },
    );
  } finally {
    await client.close();
  }
}
