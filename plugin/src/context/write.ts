import type { CatalogThread } from '../catalog/worker-calls.ts';
import type { Catalog } from '../catalog/port.ts';
import type { ListWorkers } from '../fleet/workers-note.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Org } from '../org/port.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { Storage } from '../storage/storage.ts';
import type { WorkersRequest } from './copier.ts';
import { requireNewestCatalog } from './newest-catalog.ts';
import { openContext, type CatalogClaim, type Place } from './open-context.ts';
import type { Publishing } from './publisher.ts';

/** Everything a phase works with, opened and bound together. */
export type WriteContext = AsyncDisposable & {
  readonly catalog: Catalog;
  readonly org: Org;
  readonly storage: Storage;
  /** Who copies and compares; undefined: this process. */
  readonly workers: ListWorkers | undefined;
  /** The org's own token, for the one other service that checks it: the redirect. */
  readonly bearer: () => string;
  readonly log: RunLog;
  /** Shows the run in Salesforce; undefined when it is not to be published. */
  readonly publisher: Publisher | undefined;
};

export type WriteContextRequest = Place &
  CatalogClaim & {
    /** Where the catalog will run: its maker ends it. */
    readonly thread: CatalogThread;
    /** Names the log: `backup`, `switch`, … */
    readonly activity: string;
    readonly publishing: Publishing;
    /** Undefined: this process copies by itself. */
    readonly workers?: WorkersRequest | undefined;
  };

/**
 * Opens the org, the catalog (with its lock) and storage for a command that changes something.
 * @throws Failure when the org cannot be reached, the catalog is locked or bound elsewhere, or storage is set up wrongly
 */
export function openWriteContext(request: WriteContextRequest): Promise<WriteContext> {
  return openContext(request, async (parts) => {
    const session = await parts.session();
    const org = await parts.org();
    const organizationId = await org.organizationId();
    const opening = parts.catalogToWrite(organizationId, request);
    // made while the catalog's thread opens it
    const own = parts.storage({ organizationId }, org);
    const catalog = await opening;
    await requireNewestCatalog(catalog, request.config, { session, storage: own, signal: request.signal });
    const ownership = await parts.claimBucket(catalog, own, organizationId, request.command);
    const log = parts.log(request.activity);
    await parts.keepSnapshots({ catalog, storage: own, ownership, log }, organizationId, request.onWarning);
    const { storage, workers } = await parts.overWorkers(own, request.workers, { organizationId, catalog, log });
    const publisher = await parts.publisher(request.publishing, { catalog, log });
    return { catalog, org, storage, workers, bearer: () => session.accessToken(), log, publisher };
  });
}
