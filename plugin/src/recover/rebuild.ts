import { OWN_FOLDER, ROLLBACK_FOLDER, parseKey, type DocumentId, type ObjectKey } from '@file-migration/config';
import { concurrently } from '../async/concurrently.ts';
import { BackupProgress } from '../backup/backup-progress.ts';
import { discover } from '../backup/discover.ts';
import { sweep } from '../backup/sweep.ts';
import type { Catalog, CatalogBinding } from '../catalog/port.ts';
import type { FoundCopy, FoundLink } from '../catalog/recovery.ts';
import type { CatalogCounts } from '../model/counts.ts';
import { Failure } from '../model/failure.ts';
import type { RunId } from '../model/run.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Org } from '../org/port.ts';
import { Pause } from '../run/pause.ts';
import type { RunInfo } from '../run/phase-options.ts';
import { recordedRun } from '../run/recorded-run.ts';
import type { Storage } from '../storage/storage.ts';

export type RebuildContext = {
  readonly catalog: Catalog;
  readonly org: Org;
  readonly storage: Storage;
  readonly log: RunLog;
};

export type RebuildRequest = {
  readonly binding: CatalogBinding;
  /** The newest run of this catalog that the org shows; 0: none. */
  readonly publishedRun: number;
  /** As a backup has it: more absent documents than this share stop the work. */
  readonly absentShareStop: number;
  readonly longestPauseMs: number;
  readonly info: RunInfo;
};

/** What could not be decided from bucket and org: nothing was guessed about it. */
export type Undecided = {
  readonly key: ObjectKey;
  readonly reason: 'no-document' | 'second-copy' | 'not-marked' | 'other-organization' | 'key-differs';
};

/** What the catalog has learned. */
export type Rebuilt = {
  readonly runId: RunId;
  readonly status: 'completed' | 'completed_with_failures' | 'stopped';
  /** Documents that the org has; of them, those new to the catalog and those with another file. */
  readonly discovered: number;
  readonly created: number;
  readonly replaced: number;
  readonly deleted: number;
  /** Objects below the prefix, and those that became a document's copy or a former file of one. */
  readonly objects: number;
  readonly adopted: number;
  readonly past: number;
  /** Links of ours whose journal rows were rebuilt. */
  readonly rebuiltLinks: number;
  readonly undecided: readonly Undecided[];
  readonly counts: CatalogCounts;
};

const keysAtOnce = 500;
const headsAtOnce = 64;

/**
 * Brings a catalog that may be of an earlier day, or empty, to what org and bucket prove: the org's documents with what
 * their records hold, the bucket's objects by what their metadata say, and journal rows for the links that stand. Nothing
 * is written but the catalog, and repeating it adds what is missing and nothing twice.
 * @throws Failure of class `stop` or `pause`; what was learned before it is kept
 */
export async function rebuild(context: RebuildContext, request: RebuildRequest, signal: AbortSignal): Promise<Rebuilt> {
  const { catalog, storage } = context;
  const { binding, publishedRun, info } = request;
  const job = await newestJob(storage, `${binding.prefix}${ROLLBACK_FOLDER}${catalog.identity.uuid}/`, signal);
  await catalog.numbersFollow({ run: publishedRun, job });
  await catalog.releaseClaims();
  return await recordedRun(context, { type: 'backup', mode: 'full', ...info }, async (run) => {
    await discoverAll(context, run, request, signal);
    const copies = await adoptObjects(context, run, binding, signal);
    const rebuiltLinks = signal.aborted ? 0 : await rebuildLinks(catalog, run, signal);
    const counters = (await catalog.run(run))?.counters;
    return {
      runId: run,
      status: signal.aborted ? 'stopped' : copies.undecided.length > 0 ? 'completed_with_failures' : 'completed',
      discovered: counters?.discovered ?? 0,
      created: counters?.created ?? 0,
      replaced: counters?.replaced ?? 0,
      deleted: counters?.deleted ?? 0,
      ...copies,
      rebuiltLinks,
      counts: await catalog.counts(),
    };
  });
}

/** The highest number in the names that jobs give their rollback lines; 0: none. */
async function newestJob(storage: Storage, folder: string, signal: AbortSignal): Promise<number> {
  let newest = 0;
  for await (const { key } of storage.listTarget(folder, signal)) {
    newest = Math.max(newest, Number(/\/run-\d+\/job-(\d+)\.json$/.exec(key)?.[1] ?? 0));
  }
  return newest;
}

/** The same discovery as a full backup's, deletions and watermark included. */
async function discoverAll(
  { catalog, org }: RebuildContext,
  run: RunId,
  { absentShareStop, longestPauseMs }: RebuildRequest,
  signal: AbortSignal,
): Promise<void> {
  const plan = { mode: 'full', discovery: { kind: 'full' } } as const;
  const scope = { run, accountId: undefined, enough: undefined, pause: new Pause(longestPauseMs) };
  const { position, complete } = await discover({ catalog, org, progress: new BackupProgress() }, plan, scope, signal);
  if (position === undefined || !complete) return;
  await catalog.resolveClones(run);
  await sweep({ catalog, org }, { run, discovery: position.discovery, absentShareStop }, signal);
  await catalog.setWatermark({ at: position.startedAt, runId: run });
  await org.endQuery(position);
}

/** Looks at each object that the catalog does not know, and takes on what is provably a document's copy. */
async function adoptObjects(
  { catalog, storage }: RebuildContext,
  run: RunId,
  binding: CatalogBinding,
  signal: AbortSignal,
): Promise<Pick<Rebuilt, 'objects' | 'adopted' | 'past' | 'undecided'>> {
  const sum = { objects: 0, adopted: 0, past: 0, undecided: [] as Undecided[] };
  const look = async (keys: readonly string[]): Promise<void> => {
    const copies: FoundCopy[] = [];
    const unknown = await catalog.unexplainedKeys(keys);
    await concurrently(unknown, { atOnce: headsAtOnce, signal }, async (key) => {
      const found = await foundCopy(storage, key as ObjectKey, binding, signal);
      if ('reason' in found) sum.undecided.push(found);
      else copies.push(found);
    });
    signal.throwIfAborted();
    // a document's earlier files before its later ones, whichever HEAD was answered first
    copies.sort((a, b) => a.revision - b.revision || (a.key < b.key ? -1 : 1));
    const { adopted, past, undecided } = await catalog.adoptCopies(run, copies);
    sum.adopted += adopted;
    sum.past += past;
    sum.undecided.push(...undecided);
  };
  let keys: string[] = [];
  for await (const { key } of storage.listTarget(binding.prefix, signal)) {
    if (key.startsWith(`${binding.prefix}${OWN_FOLDER}`)) continue;
    sum.objects += 1;
    keys.push(key);
    if (keys.length < keysAtOnce) continue;
    await look(keys);
    keys = [];
  }
  await look(keys);
  return sum;
}

async function foundCopy(
  storage: Storage,
  key: ObjectKey,
  { organizationId, prefix }: CatalogBinding,
  signal: AbortSignal,
): Promise<FoundCopy | Undecided> {
  const marked = await storage.whoseCopy(key, signal);
  if (marked === undefined) return { key, reason: 'not-marked' };
  const { organization, document, revision, target } = marked;
  if (organization !== organizationId) return { key, reason: 'other-organization' };
  const named = parseKey(key, prefix);
  if (named?.recordId !== document || named.revision !== revision) return { key, reason: 'key-differs' };
  return { key, document, revision, target };
}

/** What stands on a record beside our link is what was written: its journal row can be had again. */
async function rebuildLinks(catalog: Catalog, run: RunId, signal: AbortSignal): Promise<number> {
  let rebuilt = 0;
  let after: DocumentId | undefined;
  for (;;) {
    signal.throwIfAborted();
    const page = await catalog.unjournaledLinks({ limit: keysAtOnce, ...(after !== undefined && { after }) });
    if (page.length === 0) return rebuilt;
    after = page.at(-1)?.document;
    const links: FoundLink[] = [];
    for (const { document, url, key } of page) {
      const known = await catalog.document(document);
      if (known === undefined) throw new Failure(`${document} is gone from the catalog.`, { code: 'unexpected' });
      // an outdated link has another key beside it, which only its own catalog knew
      if (key === undefined || known.originalUrl === '' || known.linkState !== 'ours') continue;
      links.push({ document, revision: known.revision, written: { url, key, originalUrl: known.originalUrl } });
    }
    rebuilt += await catalog.rebuildJournal(run, links);
  }
}
