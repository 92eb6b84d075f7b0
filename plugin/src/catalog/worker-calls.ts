import { getCompileCacheDir } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Failure } from '../model/failure.ts';
import type { CatalogIdentity } from './port.ts';
import type { CallByName } from './synchronous.ts';
import { fromWire } from '../model/wire-error.ts';
import type { Answer, Call, Opened, WorkerStart } from './wire.ts';

/** The worker's end of the catalog, as calls by name. */
export type WorkerCalls = {
  readonly methods: readonly string[];
  readonly identity: CatalogIdentity;
  readonly epoch: number;
  readonly call: CallByName;
};

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

/** Beside this file, in the sources and in what is built from them; no bundler sees that a string is an import. */
const workerFile = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url);

/** The thread holds one batch at a time: with less room for garbage it collects sooner, and the process stays small. */
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };

/** A thread that loads the catalog's code, before it is known which catalog that will open: the longer part of opening. */
export type CatalogThread = AsyncDisposable & {
  readonly worker: Worker;
  /** Why it has ended, once it has. */
  readonly ended: Promise<Failure>;
};

/** Begins to load. By itself, the thread keeps no process alive. */
export function catalogThread(): CatalogThread {
  const worker = new Worker(workerFile, { name: 'catalog', resourceLimits, env: withCompileCache(process.env) });
  worker.unref();
  const ended = new Promise<Failure>((resolve) => {
    worker.once('error', (error) => resolve(died(error)));
    worker.once('exit', () => resolve(closed()));
  });
  return {
    worker,
    ended,
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}

/** Opens a catalog in its thread. That keeps the process alive only while a call is under way. */
export async function openInThread(thread: CatalogThread, start: WorkerStart): Promise<WorkerCalls> {
  const { worker } = thread;
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: Error | undefined;

  worker.ref();
  worker.postMessage(start);
  const opened = await Promise.race([
    new Promise<Opened>((resolve) => worker.once('message', resolve)),
    thread.ended.then((failure) => Promise.reject(failure)),
  ]);
  worker.unref();
  if (opened.kind === 'refused') throw fromWire(opened.error);
  void thread.ended.then((failure) => {
    ended = failure;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  });
  worker.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if (answer.kind === 'done') call?.resolve(answer.value);
    else call?.reject(fromWire(answer.error));
  });

  return {
    methods: opened.methods,
    identity: opened.identity,
    epoch: opened.epoch,
    call: (method, args) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        calls += 1;
        waiting.set(calls, { resolve, reject });
        worker.ref();
        worker.postMessage({ id: calls, method, args } satisfies Call);
      }),
  };
}

/** Where this process keeps compiled code; a thread does not take it over by itself. */
function withCompileCache(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? env : { ...env, NODE_COMPILE_CACHE: folder };
}

function died(cause: unknown): Failure {
  const message = `The catalog's thread has ended unexpectedly: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new Failure(message, {
    code: 'catalog-thread-ended',
    actions: ['Run the same command again: it goes on where it stopped'],
    cause,
  });
}

function closed(): Failure {
  return new Failure('The catalog has been closed.', { code: 'catalog-closed' });
}
