import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Variables } from './variables.ts';

const ENTRY = join(import.meta.dirname, '../../../middleware/src/serve.ts');

/** A redirect service in a process of its own, as it runs in production, on the sources. */
export type ServiceProcess = {
  readonly child: ChildProcess;
  /** What it has logged so far, line by line. */
  readonly logs: Record<string, unknown>[];
  /** What it has written to standard error. */
  readonly complaints: () => string;
  /** Waits for a line with this message. Throws when the process ends before. */
  readonly said: (message: string) => Promise<Record<string, unknown>>;
  /** SIGTERM, then its exit code. */
  readonly stop: () => Promise<number | null>;
};

/** Where a log may end: `stuck` is read by nobody, `gone` has no reader any more, `full` is a full disk. */
export type LogEnd = 'stuck' | 'gone' | 'full';

/** A service whose log does not arrive. */
export function startWithLog(end: LogEnd, variables: Variables): ChildProcess {
  const output = end === 'full' ? openSync('/dev/full', 'w') : 'pipe';
  const child = spawn(process.execPath, ['--conditions=@file-migration/source', ENTRY], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', output, 'inherit'],
  });
  if (typeof output === 'number') closeSync(output);
  if (end === 'gone') child.stdout?.destroy();
  return child;
}

/** @param variables its whole configuration; of this process's own environment it gets what starts with no `REDIRECT_` */
export function startServiceProcess(variables: Variables): ServiceProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('REDIRECT_'));
  const child = spawn(process.execPath, ['--conditions=@file-migration/source', ENTRY], {
    env: { ...Object.fromEntries(inherited), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const logs: Record<string, unknown>[] = [];
  createInterface(child.stdout).on('line', (line) => logs.push(JSON.parse(line) as Record<string, unknown>));
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    child,
    logs,
    complaints: () => complaint,
    said: async (message) => {
      for (;;) {
        const line = logs.find((log) => log.message === message);
        if (line !== undefined) return line;
        if (hasEnded()) throw new Error(`The redirect service ended before it said "${message}". ${complaint}`);
        await wait(10);
      }
    },
    stop: async () => {
      if (!hasEnded()) child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}
