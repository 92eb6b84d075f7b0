import type { LoadedConfig } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import { openRunLog, type RunLog } from '../logs/run-log.ts';
import { createStorage } from '../storage/create-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { Publisher } from '../publish/publisher.ts';
import { openBoundCatalog } from './bound-catalog.ts';
import { publisherWithoutOrg, type Publishing } from './publisher.ts';
import { storageOptions } from './storage-options.ts';

/** What work on sources and copies needs: no org, unless the run is to be shown in one. */
export type VerifyContext = AsyncDisposable & {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly log: RunLog;
  /** Shows the run in Salesforce; undefined when it is not to be published, or no org is at hand. */
  readonly publisher: Publisher | undefined;
};

/**
 * Opens the catalog (with its lock) and storage; undefined when no backup has been made yet.
 * @param request.activity names the log
 * @throws Failure when the catalog is locked or bound elsewhere, or storage is set up wrongly
 */
export async function openVerifyContext(
  loaded: LoadedConfig,
  request: {
    readonly command: string;
    readonly takeOver: boolean;
    readonly activity: string;
    readonly targetOrg: string | undefined;
    readonly publishing: Publishing;
  },
): Promise<VerifyContext | undefined> {
  const { config } = loaded;
  await using opened = new AsyncDisposableStack();
  const catalog = await openBoundCatalog(config, request);
  if (catalog === undefined) return undefined;
  opened.use(catalog);
  const { binding } = catalog.identity;
  if (binding === undefined) return undefined;
  const { organizationId } = binding;
  const storage = createStorage(
    storageOptions(config, { organizationId, env: process.env, fence: () => catalog.fence() }),
  );
  opened.defer(() => storage.close());
  const log = openRunLog(config.logs.folder, request.activity);
  opened.defer(() => log.close());
  const bench = { organizationId, catalog, log };
  const publisher = await publisherWithoutOrg(loaded, request.publishing, request.targetOrg, bench);
  opened.defer(() => publisher?.close());
  const kept = opened.move();
  return { catalog, storage, log, publisher, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
