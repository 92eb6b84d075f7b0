import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../model/failure.ts';
import { toWire } from '../model/wire-error.ts';
import type { CopyResult } from '../model/copy-outcome.ts';
import type { Comparison } from '../model/comparison.ts';
import type { StorageLoad } from '../storage/survey-facts.ts';
import type { Copier } from './copier.ts';
import type { Lease } from './lease.ts';
import type { Answer, Report, Task, TaskResult, WorkerName } from './messages.ts';
import type { Held, WorkerQueue } from './queue.ts';

export type WorkerOptions = {
  readonly queue: WorkerQueue;
  readonly copier: Copier;
  readonly lease: Lease;
  readonly name: WorkerName;
  /** Milliseconds between two beats; several fit into a lease. */
  readonly beatMs: number;
  /** Milliseconds that an answer waits for others to be reported with. */
  readonly gatherMs: number;
  /** Told with each job how many workers share the configured rates. */
  readonly onSharers: (sharers: number) => void;
  /** Aborts when the worker is to leave: it finishes what it has begun and gives the rest back. */
  readonly signal: AbortSignal;
};

/** What a worker has done. */
export type WorkerTotals = { jobs: number; documents: number; dropped: number };

/** After this many milliseconds a worker that leaves ends what it has begun: within its lease, and AWS's two minutes. */
const leaveMs = 12_000;

const idleSide = { limit: 0, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };
/** Of a worker that has no storage. */
export const idleLoad: StorageLoad = { source: idleSide, target: idleSide, heldBytes: 0, documents: 0 };

type JobAtWork = {
  readonly held: Held;
  readonly abandon: AbortController;
  /** The first task that nobody has begun. */
  next: number;
  unanswered: number;
};

/**
 * Takes jobs while there is room, has its copier do their tasks, and reports what became of them. It keeps nothing: what
 * it has not answered when it ends, another worker does again.
 */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #jobs = new Map<string, JobAtWork>();
  readonly totals: WorkerTotals = { jobs: 0, documents: 0, dropped: 0 };
  #answers: Answer[] = [];
  #running = 0;
  #beating = false;
  #trouble: Failure | undefined;
  #reporting: Promise<void> = Promise.resolve();
  #gathering: NodeJS.Timeout | undefined;
  #tookAt = performance.now();
  readonly #idle: (() => void)[] = [];

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Documents in its hands. */
  get documents(): number {
    let documents = 0;
    for (const { unanswered } of this.#jobs.values()) documents += unanswered;
    return documents;
  }

  /** Milliseconds since it last had a job. */
  get idleMs(): number {
    return this.#jobs.size > 0 ? 0 : performance.now() - this.#tookAt;
  }

  /**
   * Works until the signal aborts.
   * @throws Failure of class `stop` that keeps this worker from working: its own trouble
   */
  async work(): Promise<void> {
    const { signal, beatMs, queue } = this.#options;
    const beats = setInterval(() => void this.#beat(), beatMs);
    try {
      await this.#beat();
      while (!signal.aborted && this.#trouble === undefined) await this.#take();
      await this.#leave();
    } finally {
      clearInterval(beats);
      clearTimeout(this.#gathering);
      await queue.close();
    }
    if (this.#trouble !== undefined) throw this.#trouble;
  }

  async #take(): Promise<void> {
    const { queue, signal, copier, onSharers } = this.#options;
    if (this.#isExclusive() || this.#unbegun() >= copier.load().documents) {
      await this.#turn();
      return;
    }
    try {
      const held = await queue.take(signal);
      if (held === undefined) return;
      onSharers(held.job.sharers);
      this.#tookAt = performance.now();
      const { id, tasks } = held.job;
      this.#jobs.set(id, { held, abandon: new AbortController(), next: 0, unanswered: tasks.length });
      this.#hire();
    } catch {
      // the queue's server cannot be reached: what is at hand goes on while the lease lasts
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Waits until a task has ended, or a moment. */
  async #turn(): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => this.#idle.push(resolve)), sleep(200)]);
    this.#hire();
  }

  #isExclusive(): boolean {
    return [...this.#jobs.values()].some(({ held }) => held.job.exclusive);
  }

  #unbegun(): number {
    let unbegun = 0;
    for (const { held, next } of this.#jobs.values()) unbegun += held.job.tasks.length - next;
    return unbegun;
  }

  #hire(): void {
    const most = this.#options.copier.load().documents;
    while (this.#running < most && this.#trouble === undefined) {
      const next = this.#next();
      if (next === undefined) return;
      this.#running += 1;
      void this.#run(...next).finally(() => {
        this.#running -= 1;
        this.#hire();
        for (const resolve of this.#idle.splice(0)) resolve();
      });
    }
  }

  /** The next task; that of an exclusive job once nothing else is at hand. */
  #next(): [JobAtWork, number] | undefined {
    for (const job of this.#jobs.values()) {
      if (job.abandon.signal.aborted || job.next >= job.held.job.tasks.length) continue;
      if (job.held.job.exclusive && this.#jobs.size > 1) continue;
      return [job, job.next++];
    }
    return undefined;
  }

  async #run(job: JobAtWork, number: number): Promise<void> {
    const { id, tasks, exclusive } = job.held.job;
    const task = tasks[number];
    if (task === undefined) return;
    // the coordinator must know that nothing else can be what ends this worker now
    if (exclusive && !(await this.#tell({ begins: id }))) {
      this.#answer(job, number, { kind: 'given-back' });
      return;
    }
    const result = await this.#perform(task, job.abandon.signal);
    if (result !== undefined) this.#answer(job, number, result);
  }

  async #perform(task: Task, signal: AbortSignal): Promise<TaskResult | undefined> {
    try {
      return { kind: 'done', value: await perform(this.#options.copier, task, signal) };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof Failure && error.code === 'lease-over') return { kind: 'given-back' };
      if (error instanceof Failure && error.failureClass === 'stop') {
        // the trouble may be this worker's alone: another one tries the document
        this.#trouble ??= error;
        return { kind: 'given-back' };
      }
      return { kind: 'thrown', error: toWire(error) };
    }
  }

  #answer(job: JobAtWork, number: number, result: TaskResult): void {
    const { id } = job.held.job;
    if (this.#jobs.get(id) !== job) return;
    this.#answers.push({ job: id, task: number, result });
    job.unanswered -= 1;
    if (result.kind !== 'given-back') this.totals.documents += 1;
    if (job.unanswered === 0) void this.#tell();
    else
      this.#gathering ??= setTimeout(() => {
        this.#gathering = undefined;
        void this.#tell();
      }, this.#options.gatherMs);
  }

  /** Reports what there is, in the order in which it came, and ends the jobs that are answered. */
  #tell(more: Pick<Report, 'begins'> = {}): Promise<boolean> {
    const telling = this.#reporting.then(() => this.#report(more));
    this.#reporting = telling.then(() => undefined);
    return telling;
  }

  /** @returns whether it was said: otherwise what it was about goes with the next one */
  async #report(more: Pick<Report, 'begins'>): Promise<boolean> {
    const { queue, copier, name } = this.#options;
    const answers = this.#answers;
    this.#answers = [];
    const error = this.#trouble;
    try {
      await queue.report({
        worker: name,
        state: error !== undefined ? 'broken' : this.#options.signal.aborted ? 'leaving' : 'working',
        ...(error !== undefined && { error: toWire(error) }),
        load: copier.load(),
        documents: this.documents,
        ...more,
        answers,
      });
      for (const job of [...this.#jobs.values()]) if (job.unanswered === 0) await this.#end(job);
      return true;
    } catch {
      this.#answers = [...answers, ...this.#answers];
      return false;
    }
  }

  async #end(job: JobAtWork): Promise<void> {
    const { held } = job;
    if (this.#answers.some(({ job: id }) => id === held.job.id)) return;
    await this.#options.queue.done(held);
    this.#jobs.delete(held.job.id);
    this.#tookAt = performance.now();
    this.totals.jobs += 1;
    this.#hire();
  }

  /** Says that it lives, and learns which jobs are not its own any more. */
  async #beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    const { queue, lease } = this.#options;
    const askedAt = performance.now();
    const held = [...this.#jobs.values()].map((job) => job.held);
    try {
      const kept = new Set((await queue.beat(held)).map(({ job: { id } }) => id));
      for (const { job } of held) if (!kept.has(job.id)) this.#drop(job.id);
      lease.renew(askedAt);
      await this.#tell();
    } catch {
      // the lease runs on; once it is over nothing is written
    } finally {
      this.#beating = false;
    }
  }

  #drop(id: string): void {
    const job = this.#jobs.get(id);
    // a job that is answered has ended by itself
    if (job === undefined || job.unanswered === 0) return;
    this.#jobs.delete(id);
    this.#answers = this.#answers.filter((answer) => answer.job !== id);
    this.totals.dropped += 1;
    job.abandon.abort(new DOMException('The job is another one’s now.', 'AbortError'));
  }

  /** Gives back what is not begun, and lets what is begun end. */
  async #leave(): Promise<void> {
    for (const job of this.#jobs.values()) {
      for (; job.next < job.held.job.tasks.length; job.next++) this.#answer(job, job.next, { kind: 'given-back' });
    }
    await this.#tell();
    const until = performance.now() + leaveMs;
    while (this.#jobs.size > 0 && performance.now() < until) {
      await this.#turn();
      await this.#tell();
    }
    for (const { abandon } of this.#jobs.values()) {
      abandon.abort(new DOMException('The worker leaves.', 'AbortError'));
    }
    await this.#tell();
  }
}

function perform(copier: Copier, task: Task, signal: AbortSignal): Promise<CopyResult | Comparison> {
  switch (task.kind) {
    case 'copy':
      return copier.copy(task.request, signal);
    case 'compare':
      return copier.compare(task.request, task.depth, signal);
  }
}
