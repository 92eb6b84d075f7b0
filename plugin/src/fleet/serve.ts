import { toWire } from '../model/wire-error.ts';
import type { CopyResult } from '../model/copy-outcome.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Copier } from './copier.ts';
import type { Lease } from './lease.ts';
import type { FromWorker, Task, TaskNumber, ToWorker } from './messages.ts';

/**
 * Does what a coordinator sends, as much at once as it sends: the coordinator knows this worker's load.
 * @param send puts a message on its way; it never waits
 * @returns what takes the coordinator's messages, and ends everything under way
 */
export function serve(
  copier: Copier,
  lease: Lease,
  send: (message: FromWorker) => void,
): { take(message: ToWorker): void; abandon(reason: Error): void } {
  const working = new Map<TaskNumber, AbortController>();

  const work = async (number: TaskNumber, task: Task): Promise<void> => {
    const abort = new AbortController();
    working.set(number, abort);
    try {
      send({ kind: 'done', number, value: await perform(copier, task, abort.signal) });
    } catch (error) {
      send({ kind: 'failed', number, error: toWire(error) });
    } finally {
      working.delete(number);
    }
  };

  return {
    take(message) {
      switch (message.kind) {
        case 'beat':
          lease.renew();
          send({ kind: 'load', load: copier.load() });
          break;
        case 'task':
          void work(message.number, message.task);
          break;
        case 'cancel':
          working.get(message.number)?.abort(new DOMException('The coordinator gave the document up.', 'AbortError'));
          break;
        case 'start':
        case 'leave':
          break;
      }
    },
    abandon(reason) {
      for (const abort of working.values()) abort.abort(reason);
    },
  };
}

function perform(copier: Copier, task: Task, signal: AbortSignal): Promise<CopyResult | Comparison> {
  switch (task.kind) {
    case 'copy':
      return copier.copy(task.request, signal);
    case 'compare':
      return copier.compare(task.request, task.depth, signal);
  }
}
