import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { Listening } from './listening.ts';
import type { Logger } from './logs.ts';
import { metricsPage } from './metrics-page.ts';

export type WorkersOptions = {
  readonly count: number;
  readonly host: string;
  readonly metricsPort: number;
  readonly logs: Logger;
};

/** A worker that dies at once would be forked in a circle; this much apart, one failing now and then is replaced. */
const RESTART_MILLISECONDS = 1000;

/**
 * Runs as many processes of this same program as there should be, replaces those that die, and serves the metrics of
 * all of them together.
 * @returns how to stop: each worker drains, then this process may end
 */
export async function runWorkers({ count, host, metricsPort, logs }: WorkersOptions): Promise<() => Promise<void>> {
  let stopping = false;
  for (let index = 0; index < count; index++) cluster.fork();
  cluster.on('exit', (worker: Worker, code: number, signal: string) => {
    if (stopping) return;
    logs.error({ worker: worker.id, code, signal }, 'a worker died and is replaced');
    setTimeout(() => {
      if (!stopping) cluster.fork();
    }, RESTART_MILLISECONDS);
  });
  const registry = new AggregatorRegistry();
  const metrics = await Listening.start(
    metricsPage({ contentType: registry.contentType, metrics: () => registry.clusterMetrics() }),
    host,
    metricsPort,
  );
  logs.info({ workers: count, metricsPort: metrics.port }, 'workers started');
  return async () => {
    stopping = true;
    await Promise.all(
      Object.values(cluster.workers ?? {}).map(async (worker) => {
        if (worker === undefined || worker.isDead()) return;
        const ended = new Promise((resolve) => worker.once('exit', resolve));
        worker.process.kill('SIGTERM');
        await ended;
      }),
    );
    await metrics.drain(0, 1);
  };
}

/** In a worker: answers the parent's question for metrics from this registry. */
export function reportToParent(registry: Registry): void {
  AggregatorRegistry.setRegistries([registry]);
  // only its constructor begins to listen to the parent
  new AggregatorRegistry();
}
