import type { MigrationConfig, OrganizationId } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { RunLog } from '../logs/run-log.ts';
import { orgClient } from '../org/client.ts';
import { openPublications } from '../org/publications.ts';
import { runningUser } from '../org/running-user.ts';
import type { OrgSession } from '../org/session.ts';
import { Publisher, type OnPublisherEvent } from '../publish/publisher.ts';

/** Whether and how a run is published; undefined: `--no-publish`. */
export type Publishing = OnPublisherEvent | undefined;

/** The publisher of a run whose org is open; undefined when it is not to be published. */
export function publisherFor(
  { publish }: MigrationConfig,
  publishing: Publishing,
  { session, catalog, log }: { readonly session: OrgSession; readonly catalog: Catalog; readonly log: RunLog },
): Publisher | undefined {
  if (publishing === undefined || !publish.enabled) return undefined;
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
 * @param run.open finds the org; asked only when there is something to publish
 */
export async function publisherWithoutOrg(
  config: MigrationConfig,
  publishing: Publishing,
  run: {
    readonly open: () => Promise<OrgSession>;
    readonly organizationId: OrganizationId;
    readonly catalog: Catalog;
    readonly log: RunLog;
  },
): Promise<Publisher | undefined> {
  if (publishing === undefined || !config.publish.enabled) return undefined;
  const { open, organizationId, catalog, log } = run;
  try {
    const session = await open();
    await requireOrganization(session, organizationId);
    return publisherFor(config, publishing, { session, catalog, log });
  } catch (error) {
    log.failure('not published', error);
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
