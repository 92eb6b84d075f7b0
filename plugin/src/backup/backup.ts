import type { Catalog } from '../catalog/port.ts';
import type { CatalogCounts } from '../model/counts.ts';
import type { RunCounters, RunId, RunMode } from '../model/run.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Org } from '../org/port.ts';
import type { PhaseOptions } from '../run/phase-options.ts';
import { Pause } from '../run/pause.ts';
import { countersOf, recordedRun } from '../run/recorded-run.ts';
import { bothStages } from '../run/stages.ts';
import type { Storage } from '../storage/storage.ts';
import type { BackupProgress } from './backup-progress.ts';
import type { BackupRequest, BackupSettings } from './backup-request.ts';
import { CopyStage } from './copy.ts';
import { planDiscovery, type DiscoveryPlan } from './discovery-plan.ts';
import { discover, type Discovery } from './discover.ts';
import { isUnscoped, remainingOf, scopeOf, takeOnAgain } from './scope.ts';
import { sweep, type Sweep } from './sweep.ts';
import { abortUnfinishedUploads } from './unfinished-uploads.ts';

export type BackupContext = {
  readonly catalog: Catalog;
  readonly org: Org;
  readonly storage: Storage;
  readonly log: RunLog;
};

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

/** One backup at work. */
type BackupRun = BackupContext & {
  readonly run: RunId;
  readonly plan: DiscoveryPlan;
  readonly request: BackupRequest;
  readonly settings: BackupSettings;
  readonly progress: BackupProgress;
};

/**
 * Phase 1: brings the catalog up to date with the org and copies every file that has no copy yet. No document record is
 * touched. Discovery and copying run side by side.
 * @throws Failure of class `stop` (the run is then `failed`) or `pause` (then `stopped`); nothing that was done is lost
 */
export async function backup(
  context: BackupContext,
  request: BackupRequest,
  { settings, info, progress, signal }: PhaseOptions<BackupSettings, BackupProgress>,
): Promise<BackupResult> {
  const { catalog, log } = context;
  const started = performance.now();
  const plan = await planDiscovery(catalog, request, settings.overlapMs);
  const start = { type: 'backup', mode: plan.mode, ...info, ...scopeOf(request) } as const;
  return await recordedRun(context, start, async (run) => {
    const changedAtSource = await takeOnAgain(catalog, request);
    if (changedAtSource > 0) log.event('changed sources taken on', { run, documents: changedAtSource });
    const swept = await work({ ...context, run, plan, request, settings, progress }, signal);
    if (isUnscoped(request) && !signal.aborted) await abortUnfinishedUploads(context, signal);
    const counters = await countersOf(catalog, run);
    return {
      runId: run,
      mode: plan.mode,
      status: signal.aborted ? 'stopped' : hasFailures(counters) ? 'completed_with_failures' : 'completed',
      run: counters,
      sweep: swept,
      changedAtSource,
      counts: await catalog.counts(),
      seconds: (performance.now() - started) / 1000,
    };
  });
}

/** Discovers and copies at the same time; what a complete discovery proves is concluded as soon as it has ended. */
async function work(backup: BackupRun, signal: AbortSignal): Promise<Sweep | undefined> {
  const { run, request, settings, progress, catalog, org } = backup;
  const totals = setInterval(() => void showTotal(backup, { isFinal: false }), totalMs);
  const scope = { run, accountId: request.accountId, limit: request.limit };
  const copying = new CopyStage(backup, settings, scope, progress);
  try {
    const both = await bothStages(
      (either) => discovered(backup, copying, either),
      (either) => copying.run(either),
      signal,
    );
    if (both === undefined) return undefined;
    const [{ found, swept }] = both;
    progress.stageIs('Reconcile deletions');
    if (found.complete && found.position !== undefined && isUnscoped(request) && !signal.aborted) {
      await catalog.setWatermark({ at: found.position.startedAt, runId: run });
      await org.endQuery(found.position);
    }
    return swept;
  } finally {
    clearInterval(totals);
  }
}

async function discovered(
  backup: BackupRun,
  copying: CopyStage,
  signal: AbortSignal,
): Promise<{ readonly found: Discovery; readonly swept: Sweep | undefined }> {
  const { run, plan, request, settings, progress } = backup;
  const onFound = (): void => copying.wake();
  try {
    const pause = new Pause(settings.longestPauseMs);
    const scope = { run, accountId: request.accountId, enough: request.limit, pause, onFound };
    const found = await discover(backup, plan, scope, signal);
    return { found, swept: await reconcileDeletions(backup, found, signal) };
  } finally {
    copying.discoveryEnded();
    progress.discoveryEnded();
    void showTotal(backup, { isFinal: true });
  }
}

/** What a complete discovery allows to conclude: whose original a clone has, and who is gone. */
async function reconcileDeletions(
  { catalog, org, log, run, settings }: BackupRun,
  { position, complete }: Discovery,
  signal: AbortSignal,
): Promise<Sweep | undefined> {
  if (position === undefined || !complete) return undefined;
  log.event('discovery ended', { run, discovery: position.discovery });
  await catalog.resolveClones(run);
  if (position.mode !== 'full' || (await catalog.run(position.discovery))?.scope !== undefined) return undefined;
  const { absentShareStop } = settings;
  const swept = await sweep({ catalog, org }, { run, discovery: position.discovery, absentShareStop }, signal);
  log.event('sweep ended', { run, ...swept });
  return swept;
}

async function showTotal(
  { catalog, run, request: { accountId, limit = Infinity }, progress }: BackupRun,
  { isFinal }: { readonly isFinal: boolean },
): Promise<void> {
  try {
    const [remaining, row] = await Promise.all([remainingOf(catalog, accountId), catalog.run(run)]);
    progress.totalIs(Math.min(limit, (row?.counters.processed ?? 0) + remaining), isFinal);
  } catch {
    // a catalog that cannot be read ends the run through the stages; this is only for who watches
  }
}

function hasFailures({ failed, missing, denied, archived }: RunCounters): boolean {
  return failed + missing + denied + archived > 0;
}
