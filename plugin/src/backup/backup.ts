import type { Catalog } from '../catalog/port.ts';
import type { CatalogCounts } from '../model/counts.ts';
import type { RunCounters, RunId, RunMode } from '../model/run.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { countersOf, recordedRun } from '../run/recorded-run.ts';
import type { BackupProgress } from './backup-progress.ts';
import type { BackupRequest, BackupSettings } from './backup-request.ts';
import { CopyStage } from './copy.ts';
import { planDiscovery, type DiscoveryPlan } from './discovery-plan.ts';
import { discover, type Discovery } from './discover.ts';
import { scopeOf, takeOnAgain } from './scope.ts';
import { sweep, type Sweep } from './sweep.ts';

export type BackupTools = {
  readonly catalog: Catalog;
  readonly org: Org;
  readonly storage: Storage;
  readonly log: RunLog;
};

/** What the run row tells besides its counters. */
export type RunInfo = { readonly command: string; readonly configSnapshot: unknown };

/** How a backup ended, and what the catalog holds after it. */
export type BackupResult = {
  readonly runId: RunId;
  readonly mode: RunMode;
  readonly status: 'completed' | 'completed_with_failures' | 'stopped';
  readonly run: RunCounters;
  readonly sweep: Sweep | undefined;
  /** Documents that got their next revision because `verify` had found their source overwritten. */
  readonly changedAtSource: number;
  readonly counts: CatalogCounts;
  readonly seconds: number;
};

/** How often the progress learns how much is left. */
const totalMs = 2_000;

/**
 * Phase 1: brings the catalog up to date with the org and copies every file that has no copy yet. No document record is
 * touched. Discovery and copying run side by side.
 * @throws Failure of class `stop` (the run is then `failed`) or `pause` (then `stopped`); nothing that was done is lost
 */
export async function backup(
  tools: BackupTools,
  request: BackupRequest,
  settings: BackupSettings,
  deed: RunInfo,
  progress: BackupProgress,
  signal: AbortSignal,
): Promise<BackupResult> {
  const { catalog, log } = tools;
  const started = performance.now();
  const course = await planDiscovery(catalog, request, settings.overlapMs);
  const start = { type: 'backup', mode: course.mode, ...deed, ...scopeOf(request) } as const;
  return await recordedRun(tools, start, async (run) => {
    const changedAtSource = await takeOnAgain(catalog, request);
    if (changedAtSource > 0) log.event('changed sources taken on', { run, documents: changedAtSource });
    const totals = setInterval(() => void tellTotal(catalog, run, request, progress, false), totalMs);
    try {
      const swept = await work(tools, run, course, request, settings, progress, signal);
      const counters = await countersOf(catalog, run);
      return {
        runId: run,
        mode: course.mode,
        status: signal.aborted ? 'stopped' : hasFailures(counters) ? 'completed_with_failures' : 'completed',
        run: counters,
        sweep: swept,
        changedAtSource,
        counts: await catalog.counts(),
        seconds: (performance.now() - started) / 1000,
      };
    } finally {
      clearInterval(totals);
    }
  });
}

async function work(
  tools: BackupTools,
  run: RunId,
  course: DiscoveryPlan,
  request: BackupRequest,
  settings: BackupSettings,
  progress: BackupProgress,
  signal: AbortSignal,
): Promise<Sweep | undefined> {
  const scope = { run, accountId: request.accountId, limit: request.limit };
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let discovering = true;
  const copies = new CopyStage(tools, settings, scope, progress);
  const onFound = (): void => copies.ring();
  const discovery = discover(tools, course, { ...scope, enough: request.limit, onFound }, progress, either)
    .then(async (found) => {
      const swept = await settle(tools, run, found, settings, either);
      return { found, swept };
    })
    .finally(() => {
      discovering = false;
      copies.ring();
      progress.discoveryEnded();
      void tellTotal(tools.catalog, run, request, progress, true);
    });
  const copying = copies.run(() => discovering, either);
  const halves = [discovery, copying] as const;
  for (const half of halves) half.catch((error: unknown) => failed.abort(error));
  const [discovered, copied] = await Promise.allSettled(halves);
  // Ctrl-C ends both halves; what they throw because of it is no failure.
  if (signal.aborted && isAbort(failed.signal.reason, signal)) return undefined;
  // The first to fail is the cause; the other half only stopped because of it.
  if (failed.signal.aborted) throw failed.signal.reason;
  if (discovered.status === 'rejected') throw discovered.reason;
  if (copied.status === 'rejected') throw copied.reason;

  progress.stageIs('Reconcile deletions');
  const { found, swept } = discovered.value;
  if (found.complete && found.position !== undefined && scopeless(request) && !signal.aborted) {
    await tools.catalog.setWatermark({ at: found.position.startedAt, runId: run });
    await tools.org.endQuery(found.position);
  }
  return swept;
}

/** What a complete discovery allows to conclude: whose original a clone has, and who is gone. */
async function settle(
  { catalog, org, log }: BackupTools,
  run: RunId,
  { position, complete }: Discovery,
  settings: BackupSettings,
  signal: AbortSignal,
): Promise<Sweep | undefined> {
  if (position === undefined || !complete) return undefined;
  log.event('discovery ended', { run, discovery: position.discovery });
  await catalog.resolveClones(run);
  if (position.mode !== 'full' || (await catalog.run(position.discovery))?.scope !== undefined) return undefined;
  const swept = await sweep(
    { catalog, org },
    { run, discovery: position.discovery, absentShareStop: settings.absentShareStop },
    signal,
  );
  log.event('sweep ended', { run, ...swept });
  return swept;
}

async function tellTotal(
  catalog: Catalog,
  run: RunId,
  { accountId, limit = Infinity }: BackupRequest,
  progress: BackupProgress,
  isFinal: boolean,
): Promise<void> {
  try {
    const [remaining, row] = await Promise.all([remainingOf(catalog, accountId), catalog.run(run)]);
    progress.totalIs(Math.min(limit, (row?.counters.processed ?? 0) + remaining), isFinal);
  } catch {
    // a catalog that cannot be read ends the run through the stages; this is only for who watches
  }
}

async function remainingOf(catalog: Catalog, accountId: BackupRequest['accountId']): Promise<number> {
  if (accountId === undefined) return (await catalog.counts()).remaining;
  const [account] = await catalog.accounts({ search: accountId, limit: 1 });
  return account?.states.discovered ?? 0;
}

/** Undefined (nothing failed), the signal's own reason, or the AbortError that Node's timers make of it. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === undefined || error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

function hasFailures({ failed, missing, denied, archived }: RunCounters): boolean {
  return failed + missing + denied + archived > 0;
}

function scopeless(request: BackupRequest): boolean {
  return request.accountId === undefined && request.limit === undefined;
}
