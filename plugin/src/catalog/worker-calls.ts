import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Failure } from '../errors/failure.ts';
import type { CatalogIdentity } from './port.ts';
import type { CallByName } from './synchronous.ts';
import { fromWire, type Answer, type Call, type Opened, type WorkerStart } from './wire.ts';

/** The worker's end of the catalog, as calls by name. */
export type WorkerCalls = {
  readonly methods: readonly string[];
  readonly identity: CatalogIdentity;
  readonly epoch: number;
  readonly call: CallByName;
};

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

/** tsc rewrites import specifiers, not strings: the extension is that of this very file. */
const workerFile = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url);

/** The thread holds one batch at a time: with less room for garbage it collects sooner, and the process stays small. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

/** Starts the catalog's thread. It keeps the process alive only while a call is under way. */
export async function startWorker(start: WorkerStart): Promise<WorkerCalls> {
  const worker = new Worker(workerFile, { workerData: start, name: 'catalog', resourceLimits });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: Error | undefined;

  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  const opened = await new Promise<Extract<Opened, { kind: 'opened' }>>((resolve, reject) => {
    worker.once('message', (message: Opened) => {
      if (message.kind === 'opened') resolve(message);
      else reject(fromWire(message.error));
    });
    worker.once('error', (error) => reject(died(error)));
  });
  worker.removeAllListeners('error');
  worker.on('error', (error) => end(died(error)));
  worker.on('exit', () => end(closed()));
  worker.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if (answer.kind === 'done') call?.resolve(answer.value);
    else call?.reject(fromWire(answer.error));
  });
  worker.unref();

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

function died(cause: unknown): Failure {
  const message = `The catalog's thread has ended unexpectedly: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new Failure(message, {
    code: 'catalog-thread-ended',
    failureClass: 'stop',
    actions: ['Run the same command again: it goes on where it stopped'],
    cause,
  });
}

function closed(): Failure {
  return new Failure('The catalog has been closed.', { code: 'catalog-closed', failureClass: 'stop' });
}
