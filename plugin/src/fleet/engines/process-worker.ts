import type { JobId, Report } from '../messages.ts';
import type { Held, WorkerQueue } from '../queue.ts';
import type { FromProcess, ToProcess } from './processes.ts';

/** Milliseconds that a call waits for an answer of the coordinator. */
const answerMs = 5000;
/** Milliseconds that `take` waits for a job. */
const takeMs = 1000;

/**
 * A worker process's end of the channel to the coordinator that has started it.
 * @param onLeave called when the coordinator wants it to leave, or is gone
 */
export function processWorkerQueue(onLeave: () => void): WorkerQueue {
  const beats = new Map<number, (jobs: readonly JobId[]) => void>();
  const arrived: Held[] = [];
  let asked = false;
  let wake: (() => void) | undefined;
  let beat = 0;
  let gone = false;

  process.on('message', (message: ToProcess) => {
    switch (message.kind) {
      case 'job':
        asked = false;
        arrived.push(message.held);
        wake?.();
        break;
      case 'kept':
        beats.get(message.beat)?.(message.jobs);
        beats.delete(message.beat);
        break;
      case 'leave':
        onLeave();
        break;
      case 'start':
        break;
    }
  });
  process.once('disconnect', () => {
    gone = true;
    onLeave();
  });

  return {
    async take(signal) {
      if (arrived.length === 0) {
        if (!asked) await send({ kind: 'take' });
        asked = true;
        await waiting(signal, (resolve) => (wake = resolve));
      }
      return signal.aborted ? undefined : arrived.shift();
    },
    async beat(held) {
      // without its coordinator nothing is this worker's
      if (gone) return [];
      const nth = ++beat;
      const kept = new Promise<readonly JobId[]>((resolve, reject) => {
        beats.set(nth, resolve);
        setTimeout(() => reject(new Error('The coordinator does not answer.')), answerMs).unref();
      });
      await send({ kind: 'beat', beat: nth, jobs: held.map(({ job }) => job.id) });
      const jobs = new Set(await kept.finally(() => beats.delete(nth)));
      return held.filter(({ job }) => jobs.has(job.id));
    },
    report: (report: Report) => send({ kind: 'report', report }),
    done: ({ job }) => send({ kind: 'done', job: job.id }),
    close: () => Promise.resolve(),
  };
}

/** Returns at the signal, when woken, or after a moment. */
function waiting(signal: AbortSignal, wakeIs: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, takeMs);
    signal.addEventListener('abort', end);
    wakeIs(end);
  });
}

/** Sends to the coordinator; a channel that is gone is told by the `disconnect` event. */
export function send(message: FromProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.connected || process.send === undefined) resolve();
    else process.send(message, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}
