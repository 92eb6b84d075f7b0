import { once } from 'node:events';
import { Agent, get, type OutgoingHttpHeaders } from 'node:http';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** An instance of the service, and its port on loopback. */
export type Instance = { readonly child: ChildProcess; readonly port: number };

export type Drained = {
  /** Exit code of the one that was told to end. */
  readonly code: number | null;
  /** Whole answers of the one that ended, and of the one that took over. */
  readonly answered: { readonly ended: number; readonly other: number };
  /** Requests without a whole answer, by what went wrong. */
  readonly lost: readonly string[];
};

const CLIENTS = 16;
/** Whole answers before the one is told to end, and of the other before the load stops. */
const ENOUGH = 50;

/**
 * SIGTERM for one of two instances while clients ask it without a pause, with a load balancer in between that looks at
 * `/readyz` as they do and turns to the other one.
 */
export async function drainUnderLoad(
  ended: Instance,
  other: Instance,
  request: { readonly path: string; readonly headers: OutgoingHttpHeaders },
): Promise<Drained> {
  let target = ended.port;
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const answered = new Map([ended, other].map(({ port }) => [port, 0]));
  const lost: string[] = [];
  const running = new AbortController();
  const client = async (): Promise<void> => {
    while (!running.signal.aborted) {
      const port = target;
      await ask({ ...request, agent, port }).then(
        () => answered.set(port, (answered.get(port) ?? 0) + 1),
        (error: unknown) => lost.push(String((error as NodeJS.ErrnoException).code)),
      );
    }
  };
  const answers = async ({ port }: Instance, least: number): Promise<void> => {
    while ((answered.get(port) ?? 0) < least) await wait(10);
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await answers(ended, ENOUGH);
  const exit = once(ended.child, 'exit') as Promise<[number | null]>;
  ended.child.kill('SIGTERM');
  // the health check
  while ((await fetch(`http://127.0.0.1:${ended.port}/readyz`)).status === 200) await wait(50);
  target = other.port;
  const [code] = await exit;
  await answers(other, ENOUGH);
  running.abort();
  await Promise.all(clients);
  agent.destroy();
  return {
    code,
    answered: { ended: answered.get(ended.port) ?? 0, other: answered.get(other.port) ?? 0 },
    lost,
  };
}

/** One request whose answer must come whole. */
async function ask(options: {
  readonly port: number;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly agent: Agent;
}): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get({ host: '127.0.0.1', ...options }, (response) => {
      response
        .resume()
        .on('end', () => resolve())
        .on('error', reject);
    }).on('error', reject);
  });
}
