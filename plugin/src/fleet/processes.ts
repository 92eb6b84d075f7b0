import { fork, type ChildProcess } from 'node:child_process';
import { abortReason } from '@file-migration/http/abort-reason';
import { Failure } from '../model/failure.ts';
import { failureInfo } from '../model/failure-codes.ts';
import { fromWire } from '../model/wire-error.ts';
import type { CopyResult } from '../model/copy-outcome.ts';
import type { Comparison } from '../model/comparison.ts';
import type { SideLoad, StorageLoad } from '../storage/survey-facts.ts';
import type { Copier } from './copier.ts';
import { beatMs, silenceMs, type FromWorker, type Task, type ToWorker, type WorkerSetup } from './messages.ts';
import { sortLost, type Outstanding } from './outstanding.ts';

export type ProcessesOptions = {
  readonly count: number;
  readonly setup: Omit<WorkerSetup, 'sharers'>;
  /** The file that a worker runs. */
  readonly workerFile: URL;
  /** Where a worker finds its secrets. Default: this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Throws unless this process still owns the catalog; asked before every beat. */
  readonly fence?: () => Promise<void>;
  /** Told of a worker that died, with the sentence for the log. */
  readonly onLost?: (sentence: string) => void;
};

/** A worker that dies so often without having finished anything is not started again. */
const fruitlessStarts = 3;
const oneRequest: SideLoad = { limit: 1, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };
const starting: StorageLoad = { source: oneRequest, target: oneRequest, heldBytes: 0 };
/** Milliseconds that workers have to end by themselves. */
const leaveMs = 5000;

/**
 * A copier on other cores of this machine: processes with storage of their own, spoken to over Node's IPC. What a dead
 * process had in hand is given to another one; a document that its process died of ends as `worker-lost`.
 */
export class Processes implements Copier {
  readonly #options: ProcessesOptions;
  readonly #workers = new Set<WorkerProcess>();
  /** What no worker has yet; the ones that a worker was lost with come alone. */
  readonly #waiting: Outstanding[] = [];
  readonly #suspects: Outstanding[] = [];
  #next = 1;
  #fruitless = 0;
  #failed: Error | undefined;
  #closed = false;
  #beating: NodeJS.Timeout | undefined;

  constructor(options: ProcessesOptions) {
    this.#options = options;
    for (let nth = 0; nth < options.count; nth++) this.#start();
    this.#beating = setInterval(() => void this.#beat(), beatMs);
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

  /** All workers together; one that is still starting bears one document. */
  load(): StorageLoad {
    const loads = [...this.#workers].map(({ load }) => load ?? starting);
    return {
      source: sum(loads.map(({ source }) => source)),
      target: sum(loads.map(({ target }) => target)),
      heldBytes: loads.reduce((total, { heldBytes }) => total + heldBytes, 0),
    };
  }

  /** Who works, and with how many documents in hand. */
  workers(): readonly { readonly pid: number; readonly documents: number }[] {
    return [...this.#workers].flatMap(({ pid, outstanding }) =>
      pid === undefined ? [] : [{ pid, documents: outstanding.size }],
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#beating);
    await Promise.all([...this.#workers].map((worker) => worker.leave()));
  }

  #perform(task: Task, signal: AbortSignal): Promise<CopyResult | Comparison> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) throw this.#failed;
      const number = this.#next++;
      const cancel = (): void => this.#cancel(number, signal);
      signal.addEventListener('abort', cancel, { once: true });
      this.#waiting.push({
        number,
        task,
        lossesAlone: 0,
        resolve: (value) => {
          signal.removeEventListener('abort', cancel);
          resolve(value);
        },
        reject: (error) => {
          signal.removeEventListener('abort', cancel);
          reject(error);
        },
      });
      if (signal.aborted) cancel();
      else this.#assign();
    });
  }

  /** Suspects go to a worker that has nothing else, one at a time; all else to whoever has the most room. */
  #assign(): void {
    const ready = [...this.#workers].filter(({ load }) => load !== undefined);
    for (const worker of ready) {
      if (this.#suspects.length === 0) break;
      const suspect = worker.outstanding.size === 0 ? this.#suspects.shift() : undefined;
      if (suspect !== undefined) worker.give(suspect, { alone: true });
    }
    const open = ready.filter(({ alone }) => !alone);
    while (this.#waiting.length > 0) {
      const [first, ...others] = open;
      if (first === undefined) return;
      const roomiest = others.reduce((best, each) => (each.room > best.room ? each : best), first);
      const next = this.#waiting.shift();
      if (next !== undefined) roomiest.give(next, { alone: false });
    }
  }

  #cancel(number: number, signal: AbortSignal): void {
    for (const queue of [this.#waiting, this.#suspects]) {
      const at = queue.findIndex((each) => each.number === number);
      if (at < 0) continue;
      const [waiting] = queue.splice(at, 1);
      if (waiting?.task.kind === 'copy') waiting.resolve({ kind: 'released' });
      else waiting?.reject(abortReason(signal));
      return;
    }
    for (const worker of this.#workers) worker.cancel(number);
  }

  #start(): void {
    const { workerFile, env = process.env, setup, count } = this.#options;
    const worker = new WorkerProcess(workerFile, {
      env,
      setup: { ...setup, sharers: count },
      onRoom: () => {
        this.#fruitless = 0;
        this.#assign();
      },
      onReady: () => this.#assign(),
      onBroken: (error) => this.#end(error),
      onGone: (how, lost) => this.#gone(worker, how, lost),
    });
    this.#workers.add(worker);
  }

  #gone(worker: WorkerProcess, how: string, lost: readonly Outstanding[]): void {
    this.#workers.delete(worker);
    const { again, deadly } = sortLost(lost);
    for (const each of deadly) each.resolve(deadlyResult(each));
    this.#suspects.push(...again);
    if (this.#closed || this.#failed !== undefined) {
      for (const each of again) each.reject(this.#failed ?? ended(how));
      return;
    }
    this.#options.onLost?.(
      `A worker process ended (${how}) with ${lost.length} documents in hand; they are given to another.`,
    );
    this.#fruitless++;
    if (this.#fruitless > fruitlessStarts * this.#options.count) this.#end(ended(how));
    else this.#start();
    this.#assign();
  }

  /** Nobody can work any more. */
  #end(error: Error): void {
    this.#failed ??= error;
    for (const each of [...this.#waiting.splice(0), ...this.#suspects.splice(0)]) each.reject(this.#failed);
    for (const worker of this.#workers) worker.kill();
  }

  async #beat(): Promise<void> {
    try {
      await this.#options.fence?.();
    } catch (error) {
      this.#end(error as Error);
      return;
    }
    for (const worker of this.#workers) worker.beat();
  }
}

type WorkerEvents = {
  readonly env: NodeJS.ProcessEnv;
  readonly setup: WorkerSetup;
  readonly onReady: () => void;
  /** It has finished something and can take more. */
  readonly onRoom: () => void;
  readonly onBroken: (error: Error) => void;
  readonly onGone: (how: string, lost: readonly Outstanding[]) => void;
};

/** One process, and what it has in hand. */
class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #events: WorkerEvents;
  readonly outstanding = new Map<number, Outstanding>();
  /** Undefined until it is ready. */
  load: StorageLoad | undefined;
  /** It handles one document that a worker was lost with, and gets nothing else. */
  alone = false;
  #heardAt = performance.now();
  readonly #exited: Promise<void>;

  constructor(file: URL, events: WorkerEvents) {
    this.#events = events;
    this.#child = fork(file, [], {
      env: events.env,
      serialization: 'advanced',
      // its only way to speak is the channel
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => this.#hear(message as FromWorker));
    this.#child.on('error', () => undefined);
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        const lost = [...this.outstanding.values()];
        this.outstanding.clear();
        events.onGone(signal ?? `exit code ${code ?? 'unknown'}`, lost);
        resolve();
      });
    });
    this.#send({ kind: 'start', setup: events.setup });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How many more requests it bears than it has documents. */
  get room(): number {
    const { load } = this;
    return load === undefined ? 0 : load.source.limit + load.target.limit - this.outstanding.size;
  }

  give(task: Outstanding, { alone }: { readonly alone: boolean }): void {
    this.alone = alone;
    this.outstanding.set(task.number, task);
    this.#send({ kind: 'task', number: task.number, task: task.task });
  }

  cancel(number: number): void {
    if (this.outstanding.has(number)) this.#send({ kind: 'cancel', number });
  }

  beat(): void {
    if (performance.now() - this.#heardAt > silenceMs) this.kill();
    else this.#send({ kind: 'beat' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends it, by force where it does not end by itself. */
  async leave(): Promise<void> {
    this.#send({ kind: 'leave' });
    const force = setTimeout(() => this.kill(), leaveMs);
    await this.#exited;
    clearTimeout(force);
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: FromWorker): void {
    this.#heardAt = performance.now();
    switch (message.kind) {
      case 'ready':
        this.load = message.load;
        this.beat();
        this.#events.onReady();
        break;
      case 'load':
        this.load = message.load;
        break;
      case 'done':
        this.#take(message.number)?.resolve(message.value);
        this.#events.onRoom();
        break;
      case 'failed':
        this.#take(message.number)?.reject(fromWire(message.error));
        this.#events.onRoom();
        break;
      case 'broken':
        this.#events.onBroken(fromWire(message.error));
        break;
    }
  }

  /** An answer to a task that is not outstanding here meets nobody. */
  #take(number: number): Outstanding | undefined {
    const task = this.outstanding.get(number);
    this.outstanding.delete(number);
    if (this.outstanding.size === 0) this.alone = false;
    return task;
  }
}

function sum(sides: readonly SideLoad[]): SideLoad {
  const total = { limit: 0, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };
  for (const side of sides) for (const name of Object.keys(total) as (keyof SideLoad)[]) total[name] += side[name];
  return total;
}

function deadlyResult({ task }: Outstanding): CopyResult | Comparison {
  const code = 'worker-lost';
  const message = `The worker process ended each time it handled the document ${task.request.document}.`;
  const failureClass = failureInfo(code).class;
  return { kind: task.kind === 'copy' ? 'failed' : 'unsettled', code, failureClass, message };
}

function ended(how: string): Failure {
  return new Failure(`The worker processes end before they finish anything (${how}).`, {
    code: 'workers-lost',
    actions: ['See their own words above', 'Run the command without --processes'],
  });
}
