import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@file-migration/stand-ins/free-port';

/** A PostgreSQL server of its own, on a free port of this machine, with nothing in it. */
export type Postgres = {
  /** Of an empty database. */
  readonly url: string;
  /** Of the process whose children serve the connections. */
  pid(): number;
  /** Ends it without a word to anybody, as a crash does; `start` recovers it. */
  crash(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

/** Where Debian keeps the server's programs: not on the PATH. */
const folders = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed();
const programs = [...folders, '/usr/local/pgsql/bin', '/opt/homebrew/bin'].find((folder) =>
  existsSync(join(folder, 'initdb')),
);

/** Whether this machine has the server. */
export const hasPostgres = programs !== undefined;

const startMs = 30_000;

export async function startPostgres(): Promise<Postgres> {
  if (programs === undefined) throw new Error('This machine has no PostgreSQL.');
  // the server refuses to run as root, and the tests' own temporary folder is root's alone
  const folder = mkdtempSync('/tmp/file-migration-postgres-');
  const data = join(folder, 'data');
  const server = serverUser();
  if (server !== undefined) chownSync(folder, server.uid, server.gid);
  const as = server ?? {};
  const initdb = ['--auth=trust', '--username=fleet', '--no-sync', '--encoding=UTF8', '--locale=C', data];
  execFileSync(join(programs, 'initdb'), initdb, { ...as, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder, shared_buffers: '32MB' };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(join(programs ?? '', 'postgres'), ['-D', data, ...options], { ...as, cwd: folder, stdio: 'ignore' });
    const deadline = Date.now() + startMs;
    while (!isReady(port)) {
      if (Date.now() > deadline) throw new Error('PostgreSQL did not become ready.');
      await sleep(50);
    }
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  await start();
  return {
    url: `postgres://fleet@127.0.0.1:${port}/postgres`,
    pid: () => child?.pid ?? 0,
    // its word for an immediate shutdown: no checkpoint, recovery at the next start
    crash: () => end('SIGQUIT'),
    start,
    async close() {
      await end('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isReady(port: number): boolean {
  try {
    execFileSync(join(programs ?? '', 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** As root: the user that Debian's package made for the server. */
function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  if (uid === undefined) throw new Error('PostgreSQL does not run as root, and there is no user named postgres.');
  return { uid: Number(uid), gid: Number(gid) };
}
