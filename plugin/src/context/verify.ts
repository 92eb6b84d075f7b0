import type { Catalog } from '../catalog/port.ts';
import type { ListWorkers } from '../fleet/workers-note.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { Storage } from '../storage/storage.ts';
import type { WorkersRequest } from './copier.ts';
import { requireNewestCatalog } from './newest-catalog.ts';
import { openBoundContext, type CatalogClaim, type Place } from './open-context.ts';
import type { Publishing } from './publisher.ts';

/** What work on sources and copies needs: no org, unless the run is to be shown in one. */
export type VerifyContext = AsyncDisposable & {
  readonly catalog: Catalog;
  readonly storage: Storage;
  /** Who copies and compares; undefined: this process. */
  readonly workers: ListWorkers | undefined;
  readonly log: RunLog;
  /** Shows the run in Salesforce; undefined when it is not to be published, or no org is at hand. */
  readonly publisher: Publisher | undefined;
};

/**
 * Opens the catalog (with its lock) and storage; undefined when no backup has been made yet.
 * @param request.activity names the log
 * @throws Failure when the catalog is locked or bound elsewhere, or storage is set up wrongly
 */
export function openVerifyContext(
  request: Place &
    CatalogClaim & {
      readonly activity: string;
      readonly publishing: Publishing;
      /** Undefined: this process compares by itself. */
      readonly workers?: WorkersRequest | undefined;
    },
): Promise<VerifyContext | undefined> {
  return openBoundContext(request, async (parts, { catalog, organizationId }) => {
    const own = parts.storage({ organizationId });
    await requireNewestCatalog(catalog, request.config, { storage: own, signal: request.signal });
    const ownership = await parts.claimBucket(catalog, own, organizationId, request.command);
    const log = parts.log(request.activity);
    await parts.keepSnapshots({ catalog, storage: own, ownership, log }, organizationId, request.onWarning);
    const { storage, workers } = await parts.overWorkers(own, request.workers, { organizationId, catalog, log });
    const publisher = await parts.publisherIfReachable(request.publishing, { organizationId, catalog, log });
    return { catalog, storage, workers, log, publisher };
  });
}
