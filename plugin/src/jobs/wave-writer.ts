import { setTimeout as sleep } from 'node:timers/promises';
import { concurrently } from '../async/concurrently.ts';
import type { Pause } from '../run/pause.ts';
import type { CanaryCost } from '../run/progress.ts';
import { Failure } from '../model/failure.ts';
import { checkCircuit } from '../run/circuit-breaker.ts';
import type { Concluded } from './conclude-job.ts';
import type { Intent, UpdateContext } from './update-context.ts';
import { JobConcurrency } from './job-concurrency.ts';
import { JobSize } from './job-size.ts';
import { recoverJobs } from './recover-jobs.ts';
import { sendJob, type JobReport, type SetAside } from './send-job.ts';
import type { UpdateSettings } from './update-settings.ts';

/** What the jobs of a wave came to, besides what the journal counts. */
export type WaveReport = {
  jobs: number;
  /** Values that were not the expected ones when read: never sent. */
  skipped: number;
  absent: number;
  /** Links of ours that were to go and stay, because the journal has not written them. */
  unjournaled: number;
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

/** Rows of one retry job at most: locks of a few accounts must not hold each other up again. */
const retryRows = 1_000;

/** Writes batches in jobs, and learns from each job how large the next may be and how many may be under way at once. */
export class WaveWriter {
  readonly size: JobSize;
  readonly concurrency: JobConcurrency;
  readonly report: WaveReport = {
    jobs: 0,
    skipped: 0,
    absent: 0,
    unjournaled: 0,
    gaveUp: 0,
    retried: 0,
    locked: 0,
    atOnce: 0,
    windowMs: 0,
  };
  readonly #context: UpdateContext;
  readonly #settings: UpdateSettings;
  readonly #pause: Pause;

  constructor(context: UpdateContext, settings: UpdateSettings, pause: Pause) {
    this.#context = context;
    this.#settings = settings;
    this.#pause = pause;
    this.size = new JobSize({ most: settings.rowsPerJob, longestMs: settings.batchMs });
    this.concurrency = new JobConcurrency(settings.parallelJobs);
  }

  /** Writes batch after batch, as many at a time as may be, until none is left. */
  async write(batches: AsyncGenerator<Intent[]>): Promise<void> {
    const { signal } = this.#context;
    const atOnce = (): number => this.concurrency.open;
    await concurrently(batches, { atOnce, signal }, (batch) => this.#carryThrough(batch));
    signal.throwIfAborted();
  }

  /** Writes one batch in one job, beside no other. */
  async writeAlone(batch: readonly Intent[]): Promise<void> {
    await this.#carryThrough(batch);
  }

  /** One batch, and what of it met locks in smaller jobs after it. */
  async #carryThrough(batch: readonly Intent[]): Promise<void> {
    const { signal, progress, log } = this.#context;
    const { rounds, pauseMs, errorShareStop } = this.#settings;
    let again: readonly Intent[] = batch;
    for (let round = 0; again.length > 0; round++) {
      if (round > rounds) {
        this.report.gaveUp += again.length;
        progress.count({ confirmed: 0, failed: again.length, conflicts: 0 });
        return;
      }
      if (round > 0) {
        this.report.retried += again.length;
        await sleep(pauseMs * 2 ** (round - 1), undefined, { signal });
      }
      const next: Intent[] = [];
      const rows = round === 0 ? again.length : Math.min(retryRows, Math.ceil(again.length / 2));
      for (let start = 0; start < again.length; start += rows) {
        const part = again.slice(start, start + rows);
        const began = performance.now();
        const job = await this.#persistently(part, round === rounds);
        if (round === 0) this.size.learn(part.length, performance.now() - began);
        this.#add(job);
        if (job.locked > 0) {
          this.concurrency.narrow();
          log.event('rows met locks', { rows: job.locked, jobsAtATime: this.concurrency.open });
        }
        checkCircuit(job, errorShareStop);
        const wanted = new Set(job.again);
        next.push(...part.filter(({ document }) => wanted.has(document)));
      }
      again = next;
    }
  }

  /**
   * One job; when a step of it fails in passing, what is left of it is recovered by the journal, and the rows that are
   * still as they were are planned anew from fresh values.
   */
  async #persistently(intents: readonly Intent[], isLast: boolean): Promise<JobReport> {
    const { signal, wait, log } = this.#context;
    const { attempts, pauseMs } = this.#settings;
    const earlier: Concluded[] = [];
    const aside: SetAside = { skipped: new Set(), absent: new Set(), isRead: false, isLast };
    let broken = false;
    for (let attempt = 1; ; attempt++) {
      wait.check();
      try {
        if (broken) earlier.push(...(await recoverJobs(this.#context)));
        broken = false;
        return withEarlier(await sendJob(this.#context, intents, aside), earlier);
      } catch (error) {
        if (signal.aborted || !(error instanceof Failure)) throw error;
        if (error.failureClass !== 'retry' && error.failureClass !== 'pause') throw error;
        if (error.failureClass === 'retry' && attempt >= attempts) throw error;
        log.failure('job broken off', error, { attempt });
        broken = true;
        if (error.failureClass === 'pause') {
          this.#pause.begin(error);
          await this.#pause.over(signal);
        } else await sleep(pauseMs * attempt, undefined, { signal });
      }
    }
  }

  #add({ skipped, absent, locked, atOnce, windowMs }: JobReport): void {
    const { report } = this;
    report.jobs += 1;
    report.skipped += skipped;
    report.absent += absent;
    report.locked += locked;
    report.atOnce = Math.max(report.atOnce, atOnce);
    report.windowMs = Math.max(report.windowMs, windowMs);
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
