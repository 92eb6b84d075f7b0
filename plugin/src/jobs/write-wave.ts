import { setTimeout as sleep } from 'node:timers/promises';
import type { Pause } from '../run/pause.ts';
import { Failure } from '../model/failure.ts';
import { checkCircuit } from './circuit-breaker.ts';
import type { Concluded } from './conclude-job.ts';
import type { Intent, UpdateContext } from './update-context.ts';
import type { JobConcurrency } from './job-concurrency.ts';
import type { JobSize } from './job-size.ts';
import { recoverJobs } from './recover-jobs.ts';
import { sendJob, type JobReport, type SetAside } from './send-job.ts';

/** How persistently a wave is written. */
export type WaveSettings = {
  /** Jobs at a time, while no row meets a lock. */
  readonly parallelJobs: number;
  readonly errorShareStop: number;
  /** Times that rows which met a lock, or were never tried, are sent again. */
  readonly rounds: number;
  /** Times that a job is begun anew after a lost answer. */
  readonly attempts: number;
  /** First pause before another round or attempt, doubling; milliseconds. */
  readonly pauseMs: number;
};

/** What the first rows of all took of the org's API calls, and what the rest is expected to take. */
export type CanaryCost = {
  readonly rows: number;
  /** Requests of this run, from the first value read to the second look. */
  readonly calls: number;
  /** What the org counted in that time, other programs included; absent where it does not tell. */
  readonly orgCounted?: number;
  readonly restCalls: number;
  /** API calls of the day that were left then. */
  readonly leftInOrg?: number;
};

/** What the jobs of a wave came to, besides what the journal counts. */
export type WaveReport = {
  jobs: number;
  leftAlone: number;
  absent: number;
  /** Rows that met a lock or were never tried to the last. */
  gaveUp: number;
  /** Rows that were sent once more. */
  retried: number;
  /** Of them, rows that had met a lock. */
  locked: number;
  /** Jobs that were under way at once, at most. */
  atOnce: number;
  /** The longest time from reading values to the end of their job, milliseconds. */
  windowMs: number;
  /** Of a run that began with a canary. */
  canary?: CanaryCost;
};

export function emptyReport(): WaveReport {
  return { jobs: 0, leftAlone: 0, absent: 0, gaveUp: 0, retried: 0, locked: 0, atOnce: 0, windowMs: 0 };
}

/** Rows of one retry job at most: locks of a few accounts must not hold each other up again. */
const retryRows = 1_000;

/** What the jobs of one wave share. */
export type WaveTools = {
  readonly size: JobSize;
  readonly lanes: JobConcurrency;
  readonly pause: Pause;
  readonly report: WaveReport;
};

/** Writes batch after batch, so many at a time as there are lanes, until none is left. */
export async function writeWave(
  desk: UpdateContext,
  batches: AsyncGenerator<Intent[]>,
  settings: WaveSettings,
  tools: WaveTools,
): Promise<void> {
  const { lanes } = tools;
  const failed = new AbortController();
  const worker = async (nth: number): Promise<void> => {
    for (;;) {
      if (failed.signal.aborted || nth >= lanes.open) return;
      desk.signal.throwIfAborted();
      const next = await batches.next();
      if (next.done === true) return;
      await carryThrough(desk, next.value, settings, tools);
    }
  };
  const workers = Array.from({ length: lanes.open }, (_, nth) =>
    worker(nth).catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  // all come to their end before the first error is told: no job is left in the middle of this process
  const ended = await Promise.allSettled(workers);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/** One batch, and what of it met locks in smaller jobs after it. */
async function carryThrough(
  desk: UpdateContext,
  batch: readonly Intent[],
  settings: WaveSettings,
  { size, lanes, pause, report }: WaveTools,
): Promise<void> {
  let again: readonly Intent[] = batch;
  for (let round = 0; again.length > 0; round++) {
    if (round > settings.rounds) {
      report.gaveUp += again.length;
      desk.progress.settled({ confirmed: 0, failed: again.length, conflicts: 0 });
      return;
    }
    if (round > 0) {
      report.retried += again.length;
      await sleep(settings.pauseMs * 2 ** (round - 1), undefined, { signal: desk.signal });
    }
    const next: Intent[] = [];
    const rows = round === 0 ? again.length : Math.min(retryRows, Math.ceil(again.length / 2));
    for (let start = 0; start < again.length; start += rows) {
      const part = again.slice(start, start + rows);
      const began = performance.now();
      const job = await persistently(desk, part, settings, pause);
      if (round === 0) size.learn(part.length, performance.now() - began);
      add(report, job);
      if (job.locked > 0) {
        lanes.narrow();
        desk.log.event('rows met locks', { rows: job.locked, jobsAtATime: lanes.open });
      }
      checkCircuit(job, settings.errorShareStop);
      const wanted = new Set(job.again);
      next.push(...part.filter(({ document }) => wanted.has(document)));
    }
    again = next;
  }
}

/**
 * One job; when a step of it fails in passing, what is left of it is settled by the journal, and the rows that are still
 * as they were are planned anew from fresh values.
 */
async function persistently(
  desk: UpdateContext,
  intents: readonly Intent[],
  settings: WaveSettings,
  pause: Pause,
): Promise<JobReport> {
  const earlier: Concluded[] = [];
  const aside: SetAside = { leftAlone: new Set(), absent: new Set(), isRead: false };
  let broken = false;
  for (let attempt = 1; ; attempt++) {
    desk.wait.check();
    try {
      if (broken) earlier.push(...(await recoverJobs(desk)));
      broken = false;
      return withEarlier(await sendJob(desk, intents, aside), earlier);
    } catch (error) {
      if (desk.signal.aborted || !(error instanceof Failure)) throw error;
      if (error.failureClass !== 'retry' && error.failureClass !== 'pause') throw error;
      if (error.failureClass === 'retry' && attempt >= settings.attempts) throw error;
      desk.log.failure('job broken off', error, { attempt });
      broken = true;
      if (error.failureClass === 'pause') {
        pause.begin(error);
        await pause.over(desk.signal);
      } else await sleep(settings.pauseMs * attempt, undefined, { signal: desk.signal });
    }
  }
}

/** What a broken-off job turned out to have failed for good must reach the circuit breaker too. */
function withEarlier(report: JobReport, earlier: readonly Concluded[]): JobReport {
  if (earlier.length === 0) return report;
  const failures = new Map(report.failures);
  for (const { failures: more } of earlier) {
    for (const [code, failure] of more) {
      const known = failures.get(code);
      failures.set(code, known === undefined ? failure : { ...known, rows: Math.max(known.rows, failure.rows) });
    }
  }
  const locked = report.locked + earlier.reduce((sum, one) => sum + one.locked, 0);
  return { ...report, locked, failures, rows: Math.max(report.rows, ...earlier.map(({ rows }) => rows)) };
}

function add(report: WaveReport, job: JobReport): void {
  report.jobs += 1;
  report.leftAlone += job.leftAlone;
  report.absent += job.absent;
  report.locked += job.locked;
  report.atOnce = Math.max(report.atOnce, job.atOnce);
  report.windowMs = Math.max(report.windowMs, job.windowMs);
}
