import { once } from 'node:events';
import { hostname } from 'node:os';
import { loadMigrationConfig } from '@file-migration/config';
import { processWorkerQueue, send } from '../fleet/engines/process-worker.ts';
import { silenceMs, type ProcessSetup, type ToProcess } from '../fleet/engines/processes.ts';
import { Lease, leaseMsOf } from '../fleet/lease.ts';
import { idleLoad, Worker } from '../fleet/worker.ts';
import { toWire } from '../model/wire-error.ts';
import { openWorkerStorage } from './worker-storage.ts';

// A process that copies and compares for the coordinator that has started it: storage of its own, no catalog and no org.

/** Ctrl-C reaches all processes of a terminal; the coordinator decides what ends and what is finished. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const name = `${hostname()}:${process.pid}`;
const [first] = (await once(process, 'message')) as [ToProcess];
if (first.kind === 'start') await work(first.setup);

async function work({ configFile, organizationId }: ProcessSetup): Promise<void> {
  const leave = new AbortController();
  const queue = processWorkerQueue(() => leave.abort());
  try {
    const { config } = loadMigrationConfig({
      file: configFile,
      cwd: process.cwd(),
      env: process.env,
      needsSecrets: true,
    });
    const lease = new Lease(leaseMsOf(silenceMs));
    await using storage = openWorkerStorage(config, { organizationId, lease });
    const { signal } = leave;
    await new Worker({ queue, lease, name, signal, beatMs: 1000, gatherMs: 5, ...storage }).work();
  } catch (error) {
    await send({
      kind: 'report',
      report: { worker: name, state: 'broken', error: toWire(error), load: idleLoad, documents: 0, answers: [] },
    });
  }
  process.exit(0);
}
