import { EnvironmentError, readEnvironment } from './environment.ts';
import { startService } from './service.ts';

/** One instance: one process a container, more containers for more load. Exit 2: wrongly configured; 1: cannot run. */
try {
  const service = await startService(readEnvironment(process.env), { proxyEnv: process.env });
  const end = (): void => {
    service.stop().then(
      (log) => {
        // a write that hangs holds a thread, and an orderly exit would wait for it
        if (log === 'hangs') process.kill(process.pid, 'SIGKILL');
        process.exit(0);
      },
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.once(event, (error: unknown) => void service.fail(error).finally(() => process.exit(1)));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof EnvironmentError ? 2 : 1);
}
