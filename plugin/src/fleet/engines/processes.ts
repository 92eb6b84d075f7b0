import { fork, type ChildProcess } from 'node:child_process';
import type { OrganizationId } from '@file-migration/config';
import { Failure } from '../../model/failure.ts';
import { WakeSignal } from '../../run/wake-signal.ts';
import type { Job, JobId, Report } from '../messages.ts';
import type { CoordinatorQueue, Held, QueueEvent } from '../queue.ts';

/** Documents of a job: few, because a job costs little here, and several processes are to have work at once. */
export const documentsPerJob = 100;
/** Milliseconds that a job which is not full waits for more documents. */
export const fillMs = 5;
/** Milliseconds without a word after which a process is ended. */
export const silenceMs = 20_000;

/** What a worker process must know besides the environment that it inherits. */
export type ProcessSetup = {
  /** Path of migration.json. */
  readonly configFile: string;
  readonly organizationId: OrganizationId;
};

export type ToProcess =
  | { readonly kind: 'start'; readonly setup: ProcessSetup }
  /** Answers a `take`. */
  | { readonly kind: 'job'; readonly held: Held }
  /** Answers a `beat`: jobs that are still this worker's. */
  | { readonly kind: 'kept'; readonly beat: number; readonly jobs: readonly JobId[] }
  | { readonly kind: 'leave' };

export type FromProcess =
  | { readonly kind: 'take' }
  | { readonly kind: 'beat'; readonly beat: number; readonly jobs: readonly JobId[] }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'done'; readonly job: JobId };

export type ProcessesOptions = {
  readonly count: number;
  readonly setup: ProcessSetup;
  /** The file that a worker runs. */
  readonly workerFile: URL;
  /** Where a worker finds its secrets. Default: this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Throws unless this process still owns the catalog; asked at every beat of a worker. */
  readonly fence?: () => Promise<void>;
};

/** So many processes in a row may end without having answered anything, for each that is wanted. */
const fruitlessEnds = 3;
/** Milliseconds that processes have to end by themselves. */
const leaveMs = 5000;
/** Milliseconds between two looks for processes that are silent. */
const watchMs = 1000;

/** A queue in this process's memory, and the processes that work on it: other cores of this machine, without a server. */
export class Processes implements CoordinatorQueue {
  readonly #options: ProcessesOptions;
  readonly #processes = new Set<WorkerProcess>();
  readonly #waiting: Job[] = [];
  readonly #takers: WorkerProcess[] = [];
  readonly #given = new Map<JobId, { readonly held: Held; readonly to: WorkerProcess }>();
  #events: QueueEvent[] = [];
  readonly #news = new WakeSignal();
  #attempts = 0;
  #fruitless = 0;
  #failure: Error | undefined;
  #closed = false;
  readonly #watch: NodeJS.Timeout;

  constructor(options: ProcessesOptions) {
    this.#options = options;
    for (let nth = 0; nth < options.count; nth++) this.#start();
    this.#watch = setInterval(() => {
      for (const each of this.#processes) each.endIfSilent();
    }, watchMs);
  }

  /** Ids of the processes that live, and how many documents each has. */
  processes(): readonly { readonly pid: number; readonly documents: number }[] {
    return [...this.#processes].flatMap((each) => {
      const jobs = [...this.#given.values()].filter(({ to }) => to === each);
      const documents = jobs.reduce((total, { held }) => total + held.job.tasks.length, 0);
      return each.pid === undefined ? [] : [{ pid: each.pid, documents }];
    });
  }

  offer(jobs: readonly Job[]): Promise<void> {
    this.#waiting.push(...jobs);
    this.#give();
    return Promise.resolve();
  }

  async events(): Promise<readonly QueueEvent[]> {
    if (this.#events.length === 0 && this.#failure === undefined) await this.#news.wait(200);
    this.#news.reset();
    const events = this.#events;
    this.#events = [];
    if (events.length === 0 && this.#failure !== undefined) throw this.#failure;
    return events;
  }

  missing(jobs: readonly JobId[]): Promise<readonly JobId[]> {
    const known = new Set([...this.#waiting.map(({ id }) => id), ...this.#given.keys()]);
    return Promise.resolve(jobs.filter((id) => !known.has(id)));
  }

  recall(): Promise<readonly JobId[]> {
    return Promise.resolve(this.#waiting.splice(0).map(({ id }) => id));
  }

  withdraw(): Promise<void> {
    this.#waiting.length = 0;
    this.#given.clear();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    await this.withdraw();
    this.#news.notify();
    await Promise.all([...this.#processes].map((each) => each.leave()));
  }

  #start(): void {
    const { workerFile, env = process.env, setup } = this.#options;
    const each: WorkerProcess = new WorkerProcess(workerFile, {
      env,
      setup,
      onMessage: (message) => this.#hear(each, message),
      onEnd: (how) => this.#ended(each, how),
    });
    this.#processes.add(each);
  }

  #hear(from: WorkerProcess, message: FromProcess): void {
    switch (message.kind) {
      case 'take':
        this.#takers.push(from);
        this.#give();
        break;
      case 'beat':
        void this.#answerBeat(from, message);
        break;
      case 'report':
        if (message.report.answers.length > 0) this.#fruitless = 0;
        if (message.report.state === 'broken') from.isBroken = true;
        this.#tell({ kind: 'report', report: message.report });
        break;
      case 'done':
        if (this.#given.get(message.job)?.to === from) this.#given.delete(message.job);
        break;
    }
  }

  async #answerBeat(from: WorkerProcess, { beat, jobs }: Extract<FromProcess, { kind: 'beat' }>): Promise<void> {
    try {
      await this.#options.fence?.();
      from.send({ kind: 'kept', beat, jobs: jobs.filter((id) => this.#given.get(id)?.to === from) });
    } catch (error) {
      // no answer: the worker's lease runs out
      this.#fail(error as Error);
    }
  }

  #give(): void {
    while (this.#waiting.length > 0) {
      const to = this.#takers.shift();
      if (to === undefined) return;
      if (!this.#processes.has(to)) continue;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      const held = { job, attempt: ++this.#attempts };
      this.#given.set(job.id, { held, to });
      to.send({ kind: 'job', held });
    }
  }

  #ended(ended: WorkerProcess, how: string): void {
    this.#processes.delete(ended);
    for (const [job, { to }] of [...this.#given]) {
      if (to !== ended) continue;
      this.#given.delete(job);
      this.#tell({ kind: 'lost', job, how });
    }
    if (this.#closed || ended.isBroken) return;
    this.#fruitless += 1;
    if (this.#fruitless > fruitlessEnds * this.#options.count) this.#fail(noneStays(how));
    else this.#start();
  }

  #tell(event: QueueEvent): void {
    this.#events.push(event);
    this.#news.notify();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#news.notify();
  }
}

type ProcessEvents = {
  readonly env: NodeJS.ProcessEnv;
  readonly setup: ProcessSetup;
  readonly onMessage: (message: FromProcess) => void;
  readonly onEnd: (how: string) => void;
};

class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #heardAt = performance.now();
  /** It has said that it cannot work: it is not started again. */
  isBroken = false;

  constructor(file: URL, events: ProcessEvents) {
    this.#child = fork(file, [], {
      env: events.env,
      serialization: 'json',
      // its only way to speak is the channel
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => {
      this.#heardAt = performance.now();
      events.onMessage(message as FromProcess);
    });
    this.#child.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        events.onEnd(signal ?? `exit code ${code ?? 'unknown'}`);
        resolve();
      });
    });
    this.send({ kind: 'start', setup: events.setup });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  endIfSilent(): void {
    if (performance.now() - this.#heardAt > silenceMs) this.#child.kill('SIGKILL');
  }

  /** Ends it, by force where it does not end by itself. */
  async leave(): Promise<void> {
    this.send({ kind: 'leave' });
    const force = setTimeout(() => this.#child.kill('SIGKILL'), leaveMs);
    await this.#ended;
    clearTimeout(force);
  }
}

function noneStays(how: string): Failure {
  return new Failure(`The worker processes end before they finish anything (${how}).`, {
    code: 'workers-lost',
    actions: ['See their own words above', 'Run the command without --processes'],
  });
}
