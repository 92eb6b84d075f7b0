import type { Catalog } from '../catalog/port.ts';
import type { NewRun, RunEnd } from '../catalog/runs.ts';
import type { RunCounters, RunId } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { RunLog } from '../logs/run-log.ts';

/** How a run ended, as far as its row tells; the message says why, where it did not come to its end. */
type Ended = { readonly status: RunEnd['status']; readonly message?: string | undefined };

/** How often a run shows in the catalog that it lives. */
const heartbeatMs = 2_000;

/**
 * The frame of every run: its row in the catalog from the start to the end, a sign of life in between, and its log. What
 * the work returns says how the run ended; what it throws ends it as `failed`, or as `stopped` when it may pass by
 * itself: a limit that lasts longer than the run may wait, a store or an org that does not answer.
 */
export async function recordedRun<T extends Ended>(
  { catalog, log }: { readonly catalog: Catalog; readonly log: RunLog },
  start: NewRun,
  work: (run: RunId) => Promise<T>,
  everyMs = heartbeatMs,
): Promise<T> {
  const run = await catalog.startRun(start);
  log.event('run started', { run, type: start.type, mode: start.mode });
  // a catalog that cannot be written ends the run through its work; this is only a sign of life
  const heartbeat = setInterval(() => void catalog.heartbeat(run).catch(() => undefined), everyMs);
  try {
    const ended = await work(run);
    const { status, message } = ended;
    await catalog.finishRun(run, { status, ...(message !== undefined && { message }) });
    log.event('run ended', { run, status, ...(await countersOf(catalog, run)) });
    return ended;
  } catch (error) {
    const passes = error instanceof Failure && (error.failureClass === 'pause' || error.failureClass === 'retry');
    const status = passes ? 'stopped' : 'failed';
    const message = error instanceof Error ? error.message : String(error);
    log.failure('run ended', error, { run, status });
    // when the catalog itself is the trouble, the next command finds the run interrupted
    await catalog.finishRun(run, { status, message }).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

export async function countersOf(catalog: Pick<Catalog, 'run'>, run: RunId): Promise<RunCounters> {
  const row = await catalog.run(run);
  if (row === undefined) throw new Error(`The catalog has no run ${run}.`);
  return row.counters;
}
