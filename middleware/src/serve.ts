import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { EnvironmentError, readEnvironment, type Environment } from './environment.ts';
import { createLogs } from './operations/logs.ts';
import { reportToParent, runWorkers } from './operations/workers.ts';
import { startService } from './service.ts';

/** What the service is started as: one process, or a parent with workers. Exit 2: wrongly configured; 1: cannot run. */
try {
  const stop = await start(readEnvironment(process.env));
  const end = (): void => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  // a worker without its parent can neither be stopped nor counted
  if (cluster.isWorker) process.once('disconnect', end);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof EnvironmentError ? 2 : 1);
}

async function start(environment: Environment): Promise<() => Promise<void>> {
  const { REDIRECT_PROCESSES: processes } = environment;
  const count = processes === 'cores' ? availableParallelism() : processes;
  if (count === 1 || cluster.isWorker) {
    const service = await startService(environment, { servesMetrics: !cluster.isWorker });
    if (cluster.isWorker) reportToParent(service.metrics.registry);
    return service.stop;
  }
  return runWorkers({
    count,
    host: environment.REDIRECT_HOST,
    metricsPort: environment.REDIRECT_METRICS_PORT,
    logs: createLogs(environment.REDIRECT_LOG_LEVEL),
  });
}
