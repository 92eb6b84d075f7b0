import type { LoadedConfig } from '@file-migration/config';
import { openCatalog } from '../catalog/catalog.ts';
import type { CatalogThread } from '../catalog/worker-calls.ts';
import type { Catalog } from '../catalog/port.ts';
import { openRunLog, type RunLog } from '../logs/run-log.ts';
import { createOrg } from '../org/org.ts';
import type { Org } from '../org/port.ts';
import { orgSession } from '../org/session.ts';
import { createStorage } from '../storage/create-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { catalogOptions } from './binding.ts';
import type { Publisher } from '../publish/publisher.ts';
import { connect } from './connect.ts';
import { publisherFor, type Publishing } from './publisher.ts';
import { salesforceFileOpener } from './salesforce-file.ts';
import { keepHeapSmall } from './small-heap.ts';
import { storageOptions } from './storage-options.ts';

/** Everything a phase works with, opened and bound together. */
export type WriteContext = {
  readonly catalog: Catalog;
  readonly org: Org;
  readonly storage: Storage;
  /** The org's own token, for the one other service that checks it: the redirect. */
  readonly bearer: () => string;
  readonly log: RunLog;
  /** Shows the run in Salesforce; undefined when it is not to be published. */
  readonly publisher: Publisher | undefined;
  close(): Promise<void>;
};

export type WriteContextRequest = {
  readonly loaded: LoadedConfig;
  /** Where the catalog will run: its maker ends it. */
  readonly thread: CatalogThread;
  readonly targetOrg: string | undefined;
  /** As the person typed it, for the lock's and the run's record. */
  readonly command: string;
  /** Names the log: `backup`, `verify`, … */
  readonly activity: string;
  readonly takeOver: boolean;
  readonly publishing: Publishing;
  readonly signal: AbortSignal;
};

/**
 * Opens the org, the catalog (with its lock) and storage for a command that changes something.
 * @throws Failure when the org cannot be reached, the catalog is locked or bound elsewhere, or storage is set up wrongly
 */
export async function openWriteContext(request: WriteContextRequest): Promise<WriteContext> {
  const { config } = request.loaded;
  await using opened = new AsyncDisposableStack();
  const connection = await connect(request.targetOrg, config, request.signal);
  // the catalog's binding needs the org first, and the org's fence is the catalog's
  const owner: { catalog?: Promise<Catalog> } = {};
  const fence = async (): Promise<void> => (await owner.catalog)?.fence();
  const session = orgSession(connection);
  const org = createOrg({
    session,
    names: config.org,
    fence,
    signal: request.signal,
  });
  opened.defer(() => org.close());
  const organizationId = await org.organizationId();
  const opening = openCatalog({
    ...catalogOptions(config, organizationId, request.command),
    takeOver: request.takeOver,
    thread: request.thread,
  });
  owner.catalog = opening;
  opened.defer(() =>
    opening.then(
      (catalog) => catalog.close(),
      () => undefined,
    ),
  );
  // all that can be done while the catalog's thread opens it
  const storage = createStorage(
    storageOptions(config, {
      organizationId,
      env: process.env,
      fence,
      salesforceFile: salesforceFileOpener(org, config.source.salesforceFile.callsPerDay),
    }),
  );
  opened.defer(() => storage.close());
  keepHeapSmall();
  const catalog = await opening;
  const log = openRunLog(config.logs.folder, request.activity);
  opened.defer(() => log.close());
  const publisher = publisherFor(request.loaded, request.publishing, { session, catalog, log });
  opened.defer(() => publisher?.close());
  const kept = opened.move();
  return {
    catalog,
    org,
    storage,
    bearer: () => session.accessToken(),
    log,
    publisher,
    close: () => kept.disposeAsync(),
  };
}
