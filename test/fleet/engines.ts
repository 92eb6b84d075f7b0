import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { organizationId } from '@file-migration/config';
import { hasPostgres, startPostgres, type Postgres } from '@file-migration/kit/postgres';
import { describeWith } from '@file-migration/stand-ins/machine-tools';
import { openPgBossQueue } from '../../plugin/src/fleet/engines/pg-boss/coordinator.ts';
import { connectQueue, schema } from '../../plugin/src/fleet/engines/pg-boss/connection.ts';
import { Processes } from '../../plugin/src/fleet/engines/processes.ts';
import type { CoordinatorQueue } from '../../plugin/src/fleet/queue.ts';
import type { ScriptedPlace } from './scripted-worker.ts';

const scriptedWorker = new URL('scripted-worker.ts', import.meta.url);
export const anOrg = organizationId('00D000000000001EAA');
export const settings = { 'target.bucket': 'own-files' };

/** An engine at work: a queue, and workers with the scripted copier that are started again when they end. */
export type Running = {
  readonly queue: CoordinatorQueue;
  readonly silenceMs: number;
  /** After the queue has been made ready. */
  begin(): Promise<void>;
  pids(): readonly number[];
  close(): Promise<void>;
};

export type Engine = {
  readonly name: string;
  /** `describe`, or a suite that is pending where the machine lacks the engine's server. */
  readonly describe: (title: string, suite: (this: Mocha.Suite) => void) => void;
  /** Before all tests of a suite; ends what it began. */
  prepare(): Promise<() => Promise<void>>;
  open(workers: number, options?: { readonly fence?: () => Promise<void> }): Promise<Running>;
};

const processes: Engine = {
  name: 'processes',
  describe: (title, suite) => describe(title, suite),
  prepare: () => Promise.resolve(() => Promise.resolve()),
  open(count, { fence } = {}) {
    const setup = { configFile: 'none', organizationId: anOrg };
    const queue = new Processes({ count, setup, workerFile: scriptedWorker, ...(fence !== undefined && { fence }) });
    return Promise.resolve({
      queue,
      silenceMs: 20_000,
      begin: () => Promise.resolve(),
      pids: () => queue.processes().map(({ pid }) => pid),
      close: () => Promise.resolve(),
    });
  },
};

let postgres: Postgres | undefined;
/** Shorter than what the product may configure, for a short suite. */
const silenceSeconds = 3;

const pgBoss: Engine = {
  name: 'pg-boss',
  describe: (title, suite) => describeWith('PostgreSQL', title, suite, hasPostgres),
  async prepare() {
    postgres = await startPostgres();
    return () => postgres?.close() ?? Promise.resolve();
  },
  async open(workers) {
    const url = postgres?.url ?? '';
    const database = { kind: 'url', url } as const;
    const order = { catalog: crypto.randomUUID(), organizationId: anOrg };
    const queue = await openPgBossQueue({ database, order, settings, silenceSeconds: 10, version: '0.0.1' });
    const children = new Set<ChildProcess>();
    let closed = false;
    const start = (): void => {
      const child = startScripted({ url, settings });
      children.add(child);
      child.once('exit', () => {
        children.delete(child);
        if (!closed) start();
      });
    };
    return {
      queue,
      silenceMs: silenceSeconds * 1000,
      async begin() {
        await beatSooner(url);
        for (let nth = 0; nth < workers; nth++) start();
      },
      pids: () => [...children].flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
      async close() {
        closed = true;
        const ended = [...children].map((child) => once(child, 'exit'));
        for (const child of children) child.kill('SIGKILL');
        await Promise.all(ended);
      },
    };
  },
};

/** pg-boss itself insists on ten seconds and more; its supervisor takes what stands in the queue's row. */
async function beatSooner(url: string): Promise<void> {
  const boss = await connectQueue({ kind: 'url', url }, 'worker');
  await boss
    .getDb()
    .executeSql(`UPDATE ${schema}.queue SET heartbeat_seconds = ${silenceSeconds} WHERE heartbeat_seconds IS NOT NULL`);
  await boss.stop({ graceful: false });
}

export function startScripted(place: ScriptedPlace): ChildProcess {
  return fork(scriptedWorker, [JSON.stringify(place)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** Where the engines' PostgreSQL is, for tests of that engine alone. */
export function postgresUrl(): string {
  return postgres?.url ?? '';
}

export const engines: readonly Engine[] = [processes, pgBoss];
