import type { MigrationConfig, MissingVariable, OrganizationId } from '@file-migration/config';
import { openCatalogCopy } from '../catalog/catalog-copy.ts';
import { openCatalog } from '../catalog/catalog.ts';
import type { CatalogThread } from '../catalog/worker-calls.ts';
import type { Catalog, CatalogReader } from '../catalog/port.ts';
import type { ListWorkers } from '../fleet/workers-note.ts';
import { openRunLog, type RunLog } from '../logs/run-log.ts';
import { createOrg } from '../org/org.ts';
import { openPublications } from '../org/publications.ts';
import type { Org } from '../org/port.ts';
import type { Publications } from '../org/publications-port.ts';
import { orgSession, type OrgSession } from '../org/session.ts';
import { claimOwnership, seizeOwnership, type BucketOwnership } from '../ownership/ownership.ts';
import type { Publisher } from '../publish/publisher.ts';
import { SnapshotKeeper } from '../snapshots/snapshot-keeper.ts';
import { createStorage } from '../storage/create-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { catalogBinding, catalogOptions } from './binding.ts';
import { connect } from './connect.ts';
import { overWorkers, type WorkersRequest } from './copier.ts';
import { openBoundCatalog, openExistingCatalog, type BoundCatalog } from './open-catalog.ts';
import { publisherFor, publisherWithoutOrg, requireOrganization, type Publishing } from './publisher.ts';
import { salesforceFileOpener } from './salesforce-file.ts';
import { storageOptions } from './storage-options.ts';

/** Where a command works: what its config file and `--target-org` say, and what stops it. */
export type Place = {
  readonly config: MigrationConfig;
  readonly targetOrg: string | undefined;
  readonly signal: AbortSignal;
};

/** How a catalog is taken for writing. */
export type CatalogClaim = {
  /** As the person typed it, for the lock's and the run's record. */
  readonly command: string;
  readonly takeOver: boolean;
  /** Says what went wrong beside the work, which goes on: the snapshot of the catalog. */
  readonly onWarning?: (sentence: string) => void;
};

/**
 * Opens what a command needs, part by part as `choose` asks for it. Disposing the context closes the parts in reverse
 * order; so does a part that cannot be opened.
 */
export async function openContext<Context extends object>(
  place: Place,
  choose: (parts: Parts) => Promise<Context>,
): Promise<Context & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const context = await choose(new Parts(place, opened));
  const parts = opened.move();
  return Object.assign(context, { [Symbol.asyncDispose]: () => parts.disposeAsync() });
}

/**
 * The same around the catalog, open for writing, for work that asks no org which one it is; undefined before the first
 * backup.
 * @throws Failure when the catalog is locked, or bound to another place than the config names
 */
export async function openBoundContext<Context extends object>(
  place: Place & CatalogClaim,
  choose: (parts: Parts, bound: BoundCatalog) => Promise<Context>,
): Promise<(Context & AsyncDisposable) | undefined> {
  const bound = await openBoundCatalog(place.config, place);
  if (bound === undefined) return undefined;
  return await openContext(place, (parts) => choose(parts, parts.owned(bound)));
}

/** The one place where the org, the catalog, storage, the log and the publisher are made out of a config. */
class Parts {
  readonly #place: Place;
  readonly #opened: AsyncDisposableStack;
  #session: Promise<OrgSession> | undefined;
  /** The catalog that this process writes: the owner of every request to the org and the store. */
  #owner: Promise<Catalog> | undefined;
  /** That no other machine has taken the bucket's files over. */
  #ownership: BucketOwnership | undefined;

  constructor(place: Place, opened: AsyncDisposableStack) {
    this.#place = place;
    this.#opened = opened;
  }

  /** The session with the org that `--target-org` or the config names. */
  session(): Promise<OrgSession> {
    const { targetOrg, config, signal } = this.#place;
    this.#session ??= connect(targetOrg, config, signal).then(orgSession);
    return this.#session;
  }

  /** The org; once a catalog is open for writing, its fence stands before every call. */
  async org(): Promise<Org> {
    const { config, signal } = this.#place;
    const org = createOrg({ session: await this.session(), names: config.org, fence: this.#fence, signal });
    this.#opened.defer(() => org.close());
    return org;
  }

  /** @throws Failure when the catalog is locked, or bound to another place than this config and org */
  catalogToWrite(
    organizationId: OrganizationId,
    { command, takeOver, thread }: CatalogClaim & { readonly thread: CatalogThread },
  ): Promise<Catalog> {
    const options = catalogOptions(this.#place.config, organizationId, command);
    const opening = openCatalog({ ...options, takeOver, thread });
    this.#owner = opening;
    this.#opened.defer(() =>
      opening.then(
        (catalog) => catalog.close(),
        () => undefined,
      ),
    );
    return opening;
  }

  /** Takes over a catalog that is open for writing already. */
  owned(bound: BoundCatalog): BoundCatalog {
    this.#opened.use(bound);
    this.#owner = Promise.resolve(bound.catalog);
    return bound;
  }

  /** The catalog to look into while others may write; undefined before the first backup. */
  async catalogReader(): Promise<CatalogReader | undefined> {
    const catalog = await openExistingCatalog(this.#place.config.catalog.file);
    if (catalog !== undefined) this.#opened.use(catalog);
    return catalog;
  }

  /** A copy of the catalog that nobody keeps: whatever is tried out in it. */
  async catalogCopy(organizationId: OrganizationId): Promise<Catalog> {
    const catalog = await openCatalogCopy(catalogOptions(this.#place.config, organizationId, 'dry run'));
    this.#opened.defer(() => catalog.close());
    return catalog;
  }

  /**
   * @param missing variables that the environment lacks: nothing is asked that needs them
   * @param org reads the Salesforce files that stand in for a source; without one there are none
   */
  storage(
    { organizationId, missing = [] }: { organizationId: OrganizationId; missing?: readonly MissingVariable[] },
    org?: Org,
  ): Storage {
    const { config } = this.#place;
    const salesforceFile =
      org === undefined ? undefined : salesforceFileOpener(org, config.source.salesforceFile.callsPerDay);
    const storage = createStorage(
      storageOptions(config, {
        organizationId,
        env: { ...process.env, ...Object.fromEntries(missing.map(({ name }) => [name, 'not set'])) },
        fence: this.#fence,
        ...(salesforceFile !== undefined && { salesforceFile }),
      }),
    );
    this.#opened.defer(() => storage.close());
    return storage;
  }

  /**
   * Claims the files in the bucket for this command; from then on whatever writes there or into the org asks whether they
   * are still its own.
   * @throws Failure `catalog-superseded` (stop) when another machine, or a newer state of this catalog, owns them
   */
  async claimBucket(
    catalog: Catalog,
    storage: Storage,
    organizationId: OrganizationId,
    command: string,
  ): Promise<BucketOwnership> {
    const binding = catalogBinding(this.#place.config, organizationId);
    // Ctrl-C ends the work, not the proof that it may be finished
    const signal = new AbortController().signal;
    return this.#owning(await claimOwnership({ catalog, storage, binding, command, signal }));
  }

  /** Takes the files in the bucket whoever owned them, as a recovery does; until the end, as {@link claimBucket}. */
  async seizeBucket(
    catalog: Catalog,
    storage: Storage,
    organizationId: OrganizationId,
    command: string,
  ): Promise<BucketOwnership> {
    const binding = catalogBinding(this.#place.config, organizationId);
    const signal = new AbortController().signal;
    return this.#owning(await seizeOwnership({ catalog, storage, binding, command, signal }));
  }

  #owning(ownership: BucketOwnership): BucketOwnership {
    this.#ownership = ownership;
    // where it cannot be said, whoever recovers waits for the lease
    this.#opened.defer(() => ownership.release().catch(() => undefined));
    return ownership;
  }

  /** Keeps snapshots of the catalog in the bucket, unless the config says not to. */
  async keepSnapshots(
    {
      catalog,
      storage,
      ownership,
      log,
    }: { catalog: Catalog; storage: Storage; ownership: BucketOwnership; log: RunLog },
    organizationId: OrganizationId,
    onFailure: ((sentence: string) => void) | undefined,
  ): Promise<void> {
    const { config, signal: stopped } = this.#place;
    if (!config.catalog.snapshots) return;
    const binding = catalogBinding(config, organizationId);
    const tools = { catalog, storage, binding, epoch: ownership.epoch, file: config.catalog.file };
    const keeping = { tools, log, stopped, onFailure: onFailure ?? (() => undefined) };
    const keeper = new SnapshotKeeper(keeping, (await catalog.runs(1))[0]?.id);
    this.#opened.defer(() => keeper.close());
  }

  /** The same storage, with its copying and comparing done by workers where somebody asked for them. */
  async overWorkers(
    storage: Storage,
    request: WorkersRequest | undefined,
    run: { readonly organizationId: OrganizationId; readonly catalog: Catalog; readonly log: RunLog },
  ): Promise<{ readonly storage: Storage; readonly workers: ListWorkers | undefined }> {
    if (request === undefined) return { storage, workers: undefined };
    const { config, signal } = this.#place;
    const spread = await overWorkers(storage, config, request, {
      organizationId: run.organizationId,
      catalog: run.catalog.identity.uuid,
      fence: this.#fence,
      signal,
      onNote: (sentence) => run.log.event('workers', { message: sentence }),
    });
    this.#opened.defer(() => spread.close());
    return { storage: spread, workers: spread.workers };
  }

  /** @param activity names the log: `backup`, `verify`, … */
  log(activity: string): RunLog {
    const log = openRunLog(this.#place.config.logs.folder, activity);
    this.#opened.defer(() => log.close());
    return log;
  }

  /** Shows a run in the org that this context works with; undefined when it is not to be published. */
  async publisher(publishing: Publishing, run: { catalog: Catalog; log: RunLog }): Promise<Publisher | undefined> {
    if (publishing === undefined) return undefined;
    const session = await this.session();
    return this.#closing(publisherFor(this.#place.config, publishing, { session, ...run }));
  }

  /** Shows a run that itself needs no org: where none can be reached the run goes on without, and says so. */
  async publisherIfReachable(
    publishing: Publishing,
    run: { organizationId: OrganizationId; catalog: Catalog; log: RunLog },
  ): Promise<Publisher | undefined> {
    return this.#closing(
      await publisherWithoutOrg(this.#place.config, publishing, { open: () => this.session(), ...run }),
    );
  }

  /**
   * The rows of this catalog in the org.
   * @param fence what every call asks before it is sent
   * @throws Failure when the org is not the one that the catalog is bound to
   */
  async publications(organizationId: OrganizationId, fence: () => Promise<void>): Promise<Publications> {
    const session = await this.session();
    await requireOrganization(session, organizationId);
    const publications = openPublications({ session, signal: this.#place.signal, fence });
    this.#opened.defer(() => publications.close());
    return publications;
  }

  #closing(publisher: Publisher | undefined): Publisher | undefined {
    this.#opened.defer(() => publisher?.close());
    return publisher;
  }

  readonly #fence = async (): Promise<void> => {
    await (await this.#owner)?.fence();
    await this.#ownership?.check();
  };
}
