import { once } from 'node:events';
import { loadMigrationConfig } from '@file-migration/config';
import { Lease } from '../fleet/lease.ts';
import type { FromWorker, ToWorker, WorkerSetup } from '../fleet/messages.ts';
import { serve } from '../fleet/serve.ts';
import { toWire } from '../model/wire-error.ts';
import { createStorage } from '../storage/create-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { storageOptions } from './storage-options.ts';

// A process that copies and compares for a coordinator: storage of its own, no catalog and no org.

/** Ctrl-C reaches all processes of a terminal; the coordinator decides what ends and what is finished. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const [first] = (await once(process, 'message')) as [ToWorker];
if (first.kind === 'start') work(first.setup);

function work(setup: WorkerSetup): void {
  const lease = new Lease();
  const storage = openStorage(setup, lease);
  if (storage === undefined) return;
  const serving = serve(storage, lease, send);
  const leave = (): void => {
    serving.abandon(new DOMException('The worker leaves.', 'AbortError'));
    void storage.close().finally(() => process.exit(0));
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'leave') leave();
    else serving.take(message);
  });
  process.once('disconnect', leave);
  send({ kind: 'ready', load: storage.load() });
}

function openStorage({ configFile, organizationId, sharers }: WorkerSetup, lease: Lease): Storage | undefined {
  try {
    const { config } = loadMigrationConfig({
      file: configFile,
      cwd: process.cwd(),
      env: process.env,
      needsSecrets: true,
    });
    const fence = (): Promise<void> => Promise.resolve().then(() => lease.require());
    const options = storageOptions(config, { organizationId, env: process.env, fence });
    return createStorage({ ...options, limits: shared(options.limits, sharers) });
  } catch (error) {
    send({ kind: 'broken', error: toWire(error) });
    process.disconnect();
    return undefined;
  }
}

/** Configured rates are for all workers together; how much each has in flight finds its own level. */
function shared(
  limits: ReturnType<typeof storageOptions>['limits'] = {},
  sharers: number,
): NonNullable<ReturnType<typeof storageOptions>['limits']> {
  const { requestsPerSecond, bytesPerSecond, initialConcurrency } = limits;
  return {
    ...limits,
    requestsPerSecond: requestsPerSecond && requestsPerSecond / sharers,
    bytesPerSecond: bytesPerSecond && bytesPerSecond / sharers,
    initialConcurrency: initialConcurrency && Math.max(1, Math.ceil(initialConcurrency / sharers)),
  };
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
