import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortReason } from '@file-migration/http/abort-reason';
import type { Comparison } from '../model/comparison.ts';
import type { CopyResult } from '../model/copy-outcome.ts';
import { Failure } from '../model/failure.ts';
import { fromWire } from '../model/wire-error.ts';
import type { StorageLoad } from '../storage/survey-facts.ts';
import type { Copier } from './copier.ts';
import { protocol, type JobId, type Report, type Task, type TaskResult } from './messages.ts';
import { deadlyResult, sortLost, type Outstanding } from './outstanding.ts';
import type { CoordinatorQueue, QueueEvent } from './queue.ts';
import { Roster, type KnownWorker } from './roster.ts';

export type FleetOptions = {
  readonly queue: CoordinatorQueue;
  /** Documents of a job at most. */
  readonly documentsPerJob: number;
  /** Milliseconds that a job which is not full waits for more documents. */
  readonly fillMs: number;
  /** Milliseconds of silence after which a worker has lost its jobs. */
  readonly silenceMs: number;
  /** Milliseconds without a healthy worker, once one had trouble, after which the run stops. */
  readonly graceMs: number;
  /** Throws unless this process still owns the catalog; asked before every offer. */
  readonly fence: () => Promise<void>;
  /** Aborts when the command is stopped: what no worker has yet comes back, what they have is finished. */
  readonly signal: AbortSignal;
  /** Told what a person should know, as a sentence for the log. */
  readonly onNote?: (sentence: string) => void;
};

/** A job that workers have, or can take. */
type SentJob = {
  readonly offeredAt: number;
  readonly exclusive: boolean;
  /** An exclusive one that its worker has begun. */
  begun: boolean;
  /** By task number; undefined once it is answered. */
  readonly waiting: (Outstanding | undefined)[];
  left: number;
};

/** Until something has succeeded, so many documents are out at most: what ails the first ails all. */
const firstDocuments = 20;
/** Of a job, unless fewer are left. */
const fewestDocuments = 10;
/** Milliseconds without an answer of the queue's server after which the run stops. */
const patienceMs = 10 * 60_000;

/**
 * A copier on other cores or machines: each call becomes a task of a job in a queue, and its answer comes from there.
 * What a lost worker had goes to another one; a second answer, a late one and a foreign one meet nobody.
 */
export class Fleet implements Copier {
  readonly #options: FleetOptions;
  readonly #roster: Roster;
  readonly #sent = new Map<JobId, SentJob>();
  /** What no job holds yet; the ones that workers were lost with come alone. */
  #waiting: Outstanding[] = [];
  #suspects: Outstanding[] = [];
  readonly #bySignal = new WeakMap<AbortSignal, Set<Outstanding>>();
  #filling: NodeJS.Timeout | undefined;
  /** Something was copied or found equal: the set-up works. */
  #proven = false;
  #failed: Error | undefined;
  /** Aborts once the fleet is closed or has failed. */
  readonly #over = new AbortController();
  #answeredAt = performance.now();
  #unanswered = 0;
  #hadWorkerAt = performance.now();
  #loops: Promise<unknown> | undefined;

  /** Takes back what an earlier coordinator had asked for, before anybody frees its claims. */
  static async open(options: FleetOptions): Promise<Fleet> {
    await options.queue.withdraw();
    const fleet = new Fleet(options);
    fleet.#begin();
    return fleet;
  }

  private constructor(options: FleetOptions) {
    this.#options = options;
    this.#roster = new Roster(options.silenceMs);
  }

  copy(request: Extract<Task, { kind: 'copy' }>['request'], signal: AbortSignal): Promise<CopyResult> {
    return this.#perform({ kind: 'copy', request }, signal) as Promise<CopyResult>;
  }

  compare(
    request: Extract<Task, { kind: 'compare' }>['request'],
    depth: Extract<Task, { kind: 'compare' }>['depth'],
    signal: AbortSignal,
  ): Promise<Comparison> {
    return this.#perform({ kind: 'compare', request, depth }, signal) as Promise<Comparison>;
  }

  load(): StorageLoad {
    const load = this.#roster.load();
    const ahead = 2 * this.#jobSize() * this.#roster.working;
    return { ...load, documents: this.#proven ? Math.max(load.documents + ahead, firstDocuments) : firstDocuments };
  }

  workers(): readonly KnownWorker[] {
    return this.#roster.list();
  }

  /** Answers that nobody waited for. */
  get unanswered(): number {
    return this.#unanswered;
  }

  async close(): Promise<void> {
    this.#over.abort();
    clearTimeout(this.#filling);
    this.#options.signal.removeEventListener('abort', this.#stop);
    await this.#options.queue.close();
    await this.#loops;
  }

  #begin(): void {
    const { signal, silenceMs } = this.#options;
    if (signal.aborted) this.#stop();
    else signal.addEventListener('abort', this.#stop, { once: true });
    const every = Math.min(10_000, silenceMs / 2);
    this.#loops = Promise.all([this.#loop(() => this.#listen()), this.#loop(() => this.#lookForMissing(every))]);
  }

  #perform(task: Task, signal: AbortSignal): Promise<CopyResult | Comparison> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) throw this.#failed;
      const watched = this.#watch(signal);
      const outstanding: Outstanding = {
        task,
        losses: 0,
        lossesAlone: 0,
        resolve: (value) => {
          watched.delete(outstanding);
          resolve(value);
        },
        reject: (error) => {
          watched.delete(outstanding);
          reject(error);
        },
      };
      const ended = [signal, this.#options.signal].find(({ aborted }) => aborted);
      if (ended !== undefined) {
        giveUp(outstanding, ended);
        return;
      }
      watched.add(outstanding);
      this.#waiting.push(outstanding);
      this.#fill();
    });
  }

  /** All that one signal ends: one listener for all of them, since adding one costs by how many there are. */
  #watch(signal: AbortSignal): Set<Outstanding> {
    const known = this.#bySignal.get(signal);
    if (known !== undefined) return known;
    const all = new Set<Outstanding>();
    this.#bySignal.set(signal, all);
    const giveAllUp = (): void => {
      this.#waiting = this.#waiting.filter((each) => !all.has(each));
      this.#suspects = this.#suspects.filter((each) => !all.has(each));
      for (const each of all) giveUp(each, signal);
    };
    signal.addEventListener('abort', giveAllUp, { once: true });
    return all;
  }

  /** Full jobs go at once, the rest a moment later. */
  #fill(): void {
    const { fillMs } = this.#options;
    const documents = this.#jobSize();
    if (this.#proven && this.#waiting.length >= documents) this.#offerFull(documents);
    if (this.#waiting.length + this.#suspects.length > 0) this.#filling ??= setTimeout(() => this.#offerAll(), fillMs);
  }

  /** What keeps a worker busy for a moment, and no more: the last jobs of a run are to end at about the same time. */
  #jobSize(): number {
    const { documentsPerJob } = this.#options;
    const each = this.#roster.load().documents / Math.max(1, this.#roster.working);
    return Math.min(documentsPerJob, Math.max(fewestDocuments, Math.ceil(2 * each)));
  }

  #offerFull(documents: number): void {
    const jobs: Outstanding[][] = [];
    while (this.#waiting.length >= documents) jobs.push(this.#waiting.splice(0, documents));
    this.#send(jobs, false);
  }

  #offerAll(): void {
    clearTimeout(this.#filling);
    this.#filling = undefined;
    this.#send(
      this.#suspects.splice(0).map((each) => [each]),
      true,
    );
    if (this.#waiting.length === 0) return;
    if (!this.#proven) {
      // the next ones go when these have come back without success
      if (this.#sent.size === 0) this.#send([this.#waiting.splice(0, firstDocuments)], false);
      return;
    }
    // what is little is shared: nobody waits for one worker while others have nothing
    const working = Math.max(1, this.#roster.working);
    const most = this.#jobSize();
    const isLittle = this.#sent.size < 2 * working;
    const documents = isLittle ? Math.min(most, Math.ceil(this.#waiting.length / working)) : most;
    const all = this.#waiting;
    this.#waiting = [];
    const jobs: Outstanding[][] = [];
    for (let at = 0; at < all.length; at += documents) jobs.push(all.slice(at, at + documents));
    this.#send(jobs, false);
  }

  #send(groups: readonly Outstanding[][], exclusive: boolean): void {
    if (groups.length === 0) return;
    const offeredAt = performance.now();
    const jobs = groups.map((waiting) => {
      const id = randomUUID();
      this.#sent.set(id, { offeredAt, exclusive, begun: false, waiting, left: waiting.length });
      const sharers = Math.max(1, this.#roster.working);
      return { protocol, id, sharers, exclusive, tasks: waiting.map(({ task }) => task) } as const;
    });
    void this.#insist(async () => {
      await this.#options.fence();
      await this.#options.queue.offer(jobs);
    });
  }

  async #listen(): Promise<void> {
    for (const event of await this.#options.queue.events()) this.#take(event);
    this.#answeredAt = performance.now();
    this.#lookForWorkers();
  }

  #take(event: QueueEvent): void {
    switch (event.kind) {
      case 'report':
        this.#hear(event.report);
        break;
      case 'lost':
        this.#lost(event.job, event.how);
        break;
      case 'stranger':
        this.#meet(event);
        break;
    }
  }

  #meet({ worker, differs }: Extract<QueueEvent, { kind: 'stranger' }>): void {
    const message = `differs in ${differs.join('; ')}`;
    if (this.#roster.differs(worker, message))
      this.#note(`The worker ${worker} cannot take these jobs: it ${message}.`);
  }

  #hear(report: Report): void {
    const begun = report.begins === undefined ? undefined : this.#sent.get(report.begins);
    if (begun !== undefined) begun.begun = true;
    let answered = 0;
    for (const { job: id, task, result } of report.answers) {
      const job = this.#sent.get(id);
      const outstanding = job?.waiting[task];
      if (job === undefined || outstanding === undefined) {
        this.#unanswered += 1;
        continue;
      }
      job.waiting[task] = undefined;
      job.left -= 1;
      if (job.left === 0) this.#sent.delete(id);
      answered += 1;
      if (result.kind === 'given-back' && job.exclusive) this.#suspects.push(outstanding);
      else this.#conclude(outstanding, result);
    }
    const isTrouble = report.error !== undefined && report.state === 'broken';
    if (isTrouble) this.#note(`The worker ${report.worker} leaves: ${report.error.message}`);
    this.#roster.hear(report, answered);
    if (answered > 0) this.#fill();
  }

  #conclude(outstanding: Outstanding, result: TaskResult): void {
    switch (result.kind) {
      case 'done':
        this.#proven ||= result.value.kind === 'copied' || result.value.kind === 'equal';
        outstanding.resolve(result.value);
        break;
      case 'thrown':
        outstanding.reject(fromWire(result.error));
        break;
      case 'given-back':
        this.#again([outstanding]);
        break;
    }
  }

  #lost(id: JobId, how: string): void {
    const job = this.#sent.get(id);
    if (job === undefined) return;
    this.#sent.delete(id);
    const lost = job.waiting.filter((each) => each !== undefined);
    if (lost.length > 0)
      this.#note(`A worker was lost (${how}) with ${lost.length} documents in hand; they go to another one.`);
    if (job.exclusive && !job.begun) {
      this.#suspects.push(...lost);
    } else {
      const { together, alone, deadly } = sortLost(lost, job.exclusive);
      for (const each of deadly) each.resolve(deadlyResult(each.task));
      this.#suspects.push(...alone);
      this.#again(together);
    }
    this.#fill();
  }

  #again(outstanding: readonly Outstanding[]): void {
    if (this.#options.signal.aborted) for (const each of outstanding) giveUp(each, this.#options.signal);
    else this.#waiting.push(...outstanding);
    this.#fill();
  }

  /** Jobs whose answers should have come by now, and which the queue does not know: their last answers were lost. */
  async #lookForMissing(everyMs: number): Promise<void> {
    await this.#rest(everyMs);
    const before = performance.now() - this.#options.silenceMs;
    const old = [...this.#sent].filter(([, { offeredAt }]) => offeredAt < before).map(([id]) => id);
    if (old.length === 0) return;
    const missing = await this.#options.queue.missing(old);
    if (missing.length === 0) return;
    // their last answers may be on the way
    await this.#rest(2000);
    for (const id of missing) this.#lost(id, 'its answer never came');
  }

  /** Ends the run once nobody works who could: some had trouble and left, and no other one came. */
  #lookForWorkers(): void {
    const now = performance.now();
    if (this.#roster.working > 0) this.#hadWorkerAt = now;
    const { trouble } = this.#roster;
    if (trouble !== undefined && now - this.#hadWorkerAt > this.#options.graceMs) this.#end(noWorkerLeft(trouble));
  }

  readonly #stop = (): void => {
    for (const each of [...this.#waiting.splice(0), ...this.#suspects.splice(0)]) giveUp(each, this.#options.signal);
    void this.#insist(async () => {
      for (const id of await this.#options.queue.recall()) this.#release(id);
    });
  };

  #release(id: JobId): void {
    const job = this.#sent.get(id);
    this.#sent.delete(id);
    for (const each of job?.waiting ?? []) if (each !== undefined) giveUp(each, this.#options.signal);
  }

  /** Nobody can work any more, or nobody may. */
  #end(error: Error): void {
    this.#failed ??= error;
    this.#over.abort();
    for (const each of [...this.#waiting.splice(0), ...this.#suspects.splice(0)]) each.reject(this.#failed);
    for (const { waiting } of this.#sent.values()) for (const each of waiting) each?.reject(this.#failed);
    this.#sent.clear();
    void this.#options.queue.withdraw().catch(() => undefined);
  }

  async #loop(turn: () => Promise<void>): Promise<void> {
    while (!this.#over.signal.aborted) await this.#insist(turn);
  }

  /** Does it again while the queue's server cannot be reached; what is for ever ends the run. */
  async #insist(work: () => Promise<void>): Promise<void> {
    for (let waitMs = 100; !this.#over.signal.aborted; waitMs = Math.min(2 * waitMs, 3000)) {
      try {
        await work();
        return;
      } catch (error) {
        if (error instanceof Failure) this.#end(error);
        else if (performance.now() - this.#answeredAt > patienceMs) this.#end(queueLost(error));
        else await this.#rest(waitMs);
      }
    }
  }

  async #rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#over.signal }).catch(() => undefined);
  }

  #note(sentence: string): void {
    this.#options.onNote?.(sentence);
  }
}

/** The document goes back as it was; a comparison says nothing. */
function giveUp({ task, resolve, reject }: Outstanding, signal: AbortSignal): void {
  if (task.kind === 'copy') resolve({ kind: 'released' });
  else reject(abortReason(signal));
}

function noWorkerLeft(trouble: Error): Failure {
  return new Failure(`No worker is left. The last one left because: ${trouble.message}`, {
    code: 'workers-lost',
    actions: trouble instanceof Failure ? trouble.actions : [],
    cause: trouble,
  });
}

function queueLost(error: unknown): Failure {
  const words = error instanceof Error ? error.message : String(error);
  return new Failure(`The queue of the fleet has not answered for ten minutes: ${words}`, {
    code: 'queue-lost',
    actions: ['See that the database of the queue runs and can be reached', 'Then resume: run the same command again'],
    cause: error,
  });
}
