/**
 * In a process of its own, because counting what is alive walks through the whole heap: how many signals more are kept
 * after some hundred questions to the storage, asked with one shared signal or each with its own. Prints JSON.
 */
import { getEventListeners } from 'node:events';
import { queryObjects } from 'node:v8';
import { objectKey } from '@file-migration/config';
import { storageWorld } from '@file-migration/kit/storage/storage-world';

export type LiveSignals = {
  /** Questions that were asked in each round and answered. */
  readonly answered: number;
  readonly shared: number;
  readonly own: number;
  /** On the shared signal. */
  readonly listeners: number;
};

const questions = 300;
const opened = await storageWorld();
const { storage, store } = opened;
store.seed('ours', 'uploads/there', { bytes: 'x' });
let answered = 0;

async function ask(signalOf: () => AbortSignal): Promise<void> {
  for (let asked = 0; asked < questions; asked += 50) {
    const some = Array.from({ length: 50 }, () => storage.targetFacts(objectKey('uploads/there'), signalOf()));
    answered += (await Promise.all(some)).filter((facts) => facts?.size === 1).length;
  }
}

/** A first round warms up; what the second one adds is held by something, for counting collects garbage first. */
async function added(signalOf: () => AbortSignal): Promise<number> {
  await ask(signalOf);
  const before = queryObjects(AbortSignal, { format: 'count' });
  await ask(signalOf);
  return queryObjects(AbortSignal, { format: 'count' }) - before;
}

const { signal } = new AbortController();
const shared = await added(() => signal);
const own = await added(() => new AbortController().signal);
const listeners = getEventListeners(signal, 'abort').length;
await opened.close();
process.stdout.write(JSON.stringify({ answered: answered / 4, shared, own, listeners } satisfies LiveSignals));
