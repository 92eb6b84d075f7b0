/**
 * A worker of either engine, with a copier that follows the files' names. Each of its reports goes out twice. Started by
 * `Processes`, or with an argument: where the queue is and which settings it has.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectQueue } from '../../plugin/src/fleet/engines/pg-boss/connection.ts';
import { OrderSearch, pgBossWorkerQueue } from '../../plugin/src/fleet/engines/pg-boss/worker.ts';
import { processWorkerQueue } from '../../plugin/src/fleet/engines/process-worker.ts';
import { silenceMs as processSilenceMs } from '../../plugin/src/fleet/engines/processes.ts';
import { Lease, leaseMsOf } from '../../plugin/src/fleet/lease.ts';
import type { WorkerQueue } from '../../plugin/src/fleet/queue.ts';
import type { StorageSettings } from '../../plugin/src/fleet/settings.ts';
import { Worker } from '../../plugin/src/fleet/worker.ts';
import { scriptedCopier } from './scripted-copier.ts';

export type ScriptedPlace = { readonly url: string; readonly settings: StorageSettings };

const leave = new AbortController();
process.once('SIGTERM', () => leave.abort());
const name = `scripted:${process.pid}`;

function twice(queue: WorkerQueue): WorkerQueue {
  return {
    ...queue,
    async report(report) {
      await queue.report(report);
      await queue.report(report);
    },
  };
}

async function work(queue: WorkerQueue, silenceMs: number): Promise<void> {
  const lease = new Lease(leaseMsOf(silenceMs));
  const { signal } = leave;
  const onSharers = (): void => undefined;
  const beatMs = Math.min(1000, silenceMs / 5);
  const options = { queue: twice(queue), copier: scriptedCopier, lease, name, beatMs, gatherMs: 5, onSharers, signal };
  await new Worker(options).work().catch(() => undefined);
}

const [, , place] = process.argv;
if (place === undefined) {
  await once(process, 'message');
  await work(
    processWorkerQueue(() => leave.abort()),
    processSilenceMs,
  );
} else {
  const { url, settings } = JSON.parse(place) as ScriptedPlace;
  const boss = await connectQueue({ kind: 'url', url }, 'worker');
  const search = new OrderSearch(boss, { worker: name, version: '0.0.1', settings });
  while (!leave.signal.aborted) {
    const found = await search.find();
    if (found === undefined) await sleep(100);
    else {
      await work(
        pgBossWorkerQueue(boss, found.order, () => leave.abort()),
        found.silenceMs,
      );
      break;
    }
  }
}
process.exit(0);
