/*
 * Proves the commands of middleware/Dockerfile without a container engine: `npm run check:image`. Each COPY of the build
 * stage copies what git knows (`npm run check:aws` holds it against .dockerignore) into an empty folder, each RUN runs there; what the second
 * stage takes is put into another folder, and started there with the image's own command. Needs the npm registry.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { variables } from '@file-migration/kit/redirect/variables';
import { becomesReady } from './becomes-ready.ts';
import { freePort } from '@file-migration/stand-ins/free-port';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'redirect-image-'));
const build = join(folder, 'build');
const app = join(folder, 'app');

try {
  for (const line of readFileSync(join(ROOT, 'middleware/Dockerfile'), 'utf8').split('\n')) {
    const [instruction = '', ...words] = line.split(' ');
    if (instruction === 'RUN') run(words.join(' '));
    else if (instruction === 'COPY') copy(words);
    else if (instruction === 'CMD') await start(JSON.parse(words.join(' ')) as string[]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command: string): void {
  console.log(`RUN ${command}`);
  execFileSync('sh', ['-c', command], { cwd: build, stdio: 'inherit' });
}

function copy(words: readonly string[]): void {
  const fromBuild = words[0] === '--from=build';
  const places = fromBuild ? words.slice(1) : words;
  const to = places.at(-1) ?? '.';
  for (const source of places.slice(0, -1)) {
    if (fromBuild) put(source.replace(/^\/build/, build), join(app, to.endsWith('/') ? join(to, named(source)) : to));
    else for (const file of filesOf(source)) put(join(ROOT, file), join(build, file));
  }
  console.log(`COPY ${words.join(' ')}`);
}

/** The files that git knows: of a build context, .dockerignore leaves no others of these folders. */
function filesOf(source: string): string[] {
  const listed = execFileSync('git', ['ls-files', '--', source], { cwd: ROOT, encoding: 'utf8' });
  return listed.split('\n').filter((file) => file !== '');
}

function named(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function put(from: string, to: string): void {
  // a workspace without dependencies of its own versions has no folder of them, which Docker would refuse to copy
  if (!existsSync(from)) throw new Error(`COPY finds no ${from.replace(folder, '')}.`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** The service answers from what the second stage holds, and nothing else. */
async function start(command: readonly string[]): Promise<void> {
  const port = String(await freePort());
  const child = spawn(process.execPath, command, {
    cwd: app,
    env: { ...variables({ REDIRECT_PORT: port }), AWS_ACCESS_KEY_ID: 'IMAGE', AWS_SECRET_ACCESS_KEY: 'image' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const ready = await becomesReady(`http://127.0.0.1:${port}/readyz`, () => child.exitCode !== null);
  child.kill('SIGTERM');
  const [code] = await ended;
  if (!ready || code !== 0) throw new Error(`CMD ${command.join(' ')}: ready ${ready}, then exit ${String(code)}.`);
  console.log(`CMD ${command.join(' ')}: ready, and ends with 0 on SIGTERM`);
}
