import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@file-migration/stand-ins/free-port';

const ROOT = join(import.meta.dirname, '../../..');
/** Linux reports CPU time in hundredths of a second (`getconf CLK_TCK`). */
const MICROSECONDS_PER_TICK = 10_000;

/** A server under test, with what the system says of it. */
export class Measured {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;

  constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** CPU time that the process has used so far, user and system, in microseconds. */
  get cpuMicroseconds(): number {
    const fields =
      readFileSync(`/proc/${this.child.pid ?? 0}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
  }

  get rssMegabytes(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid ?? 0}/status`, 'utf8'))?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Starts a server of the project on a free port and waits until it answers. Its output goes to a file, as logs do. */
export async function startMeasured(
  script: string,
  variables: (port: number) => Readonly<Record<string, string>>,
  logFile: string,
): Promise<Measured> {
  const port = await freePort();
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, nodeArguments(script), {
    env: { ...process.env, ...variables(port) },
    stdio: ['ignore', log, 'inherit'],
  });
  closeSync(log);
  const server = new Measured(child, port);
  await answers(`${server.url}/livez`, child);
  return server;
}

/** Starts a script that says its first line as JSON. */
export async function startTalking(
  script: string,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly child: ChildProcess; readonly said: unknown }> {
  const child = spawn(process.execPath, nodeArguments(script), {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, said: JSON.parse(line) as unknown };
}

/** TypeScript runs on the workspaces' sources; JavaScript on what was built from them, as the Dockerfile runs it. */
function nodeArguments(script: string): string[] {
  return script.endsWith('.ts')
    ? ['--conditions=@file-migration/source', join(ROOT, script)]
    : [...flagsOfTheImage(), join(ROOT, script)];
}

function flagsOfTheImage(): string[] {
  const dockerfile = readFileSync(join(ROOT, 'middleware/Dockerfile'), 'utf8');
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '') as string[];
  return command.slice(0, -1);
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server for ${url} ended with ${child.exitCode}.`);
    try {
      await (await fetch(url)).arrayBuffer();
      return;
    } catch {
      await wait(5);
    }
  }
}
