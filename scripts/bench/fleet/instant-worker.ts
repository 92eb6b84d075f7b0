/** A worker with the instant copier: started by `Processes`, or with an argument that says where the queue is. */
import { once } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectQueue } from '../../../plugin/src/fleet/engines/pg-boss/connection.ts';
import { OrderSearch, pgBossWorkerQueue } from '../../../plugin/src/fleet/engines/pg-boss/worker.ts';
import { processWorkerQueue } from '../../../plugin/src/fleet/engines/process-worker.ts';
import { silenceMs as processSilenceMs } from '../../../plugin/src/fleet/engines/processes.ts';
import { Lease, leaseMsOf } from '../../../plugin/src/fleet/lease.ts';
import type { WorkerQueue } from '../../../plugin/src/fleet/queue.ts';
import type { StorageSettings } from '../../../plugin/src/fleet/settings.ts';
import { Worker } from '../../../plugin/src/fleet/worker.ts';
import { instantCopier } from './instant-copier.ts';

export type InstantPlace = { readonly url: string; readonly settings: StorageSettings };

const leave = new AbortController();
process.once('SIGTERM', () => process.exit(0));
const name = `${hostname()}:${process.pid}`;

async function work(queue: WorkerQueue, silenceMs: number, gatherMs: number): Promise<void> {
  const lease = new Lease(leaseMsOf(silenceMs));
  const { signal } = leave;
  const onSharers = (): void => undefined;
  await new Worker({ queue, copier: instantCopier, lease, name, beatMs: 1000, gatherMs, onSharers, signal }).work();
}

const [, , place] = process.argv;
if (place === undefined) {
  await once(process, 'message');
  await work(
    processWorkerQueue(() => leave.abort()),
    processSilenceMs,
    5,
  );
} else {
  const { url, settings } = JSON.parse(place) as InstantPlace;
  const boss = await connectQueue({ kind: 'url', url }, 'worker');
  const search = new OrderSearch(boss, { worker: name, version: 'bench', settings });
  let found = await search.find();
  for (; found === undefined; found = await search.find()) await sleep(50);
  await work(
    pgBossWorkerQueue(boss, found.order, () => leave.abort()),
    found.silenceMs,
    1000,
  );
}
process.exit(0);
