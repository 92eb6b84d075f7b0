import { expect } from 'chai';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { underShippedPolicies } from '../aws/least-privilege.ts';
import { INTEGRATION_USER } from '../org/org-world.ts';
import { TARGET, VENDOR } from '../migration/migration-world.ts';
import { startObjectStore, type ObjectStore } from '@file-migration/stand-ins/object-store/server';
import {
  startSalesforceOrg,
  type OrgOptions,
  type SalesforceOrg,
} from '@file-migration/stand-ins/salesforce-org/index';

export const executable = fileURLToPath(new URL('../../../plugin/bin/run.js', import.meta.url));
const logInProcess = fileURLToPath(new URL('log-in-process.ts', import.meta.url));

const region = 'us-west-2';
export const storeSecret = 'canary-store-secret-0123456789abcdef0123';
const credential = { accessKeyId: 'COMMANDTESTS00000001', secretAccessKey: storeSecret };
const PLACES = { targetBucket: TARGET, targetPrefix: 'uploads', vendorBucket: VENDOR, region };

/** How a command ended, and what it said. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A folder with a migration.json, and an sf that is logged in to a simulated org: what a person works in. */
export type CommandWorld = {
  readonly org: SalesforceOrg;
  readonly store: ObjectStore;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `sf migrate files …` without the sf CLI around it, to its end. */
  run(...args: readonly string[]): Promise<Ended>;
  /** The same, still running. */
  start(...args: readonly string[]): Running;
  close(): Promise<void>;
};

export type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended> };

export async function commandWorld(
  options: { readonly org?: OrgOptions; readonly config?: object } = {},
): Promise<CommandWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'commands-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const org = await startSalesforceOrg({ bulk: { jobMs: 20, pageRows: 50 }, ...options.org });
  const store = await startObjectStore(underShippedPolicies(PLACES, credential, {}));
  const config = { ...migrationConfig(store), ...options.config };
  await writeFile(join(folder, 'migration.json'), JSON.stringify(config));
  const environment = { ...bareEnvironment(home), STORE_KEY: credential.accessKeyId, STORE_SECRET: storeSecret };
  await logIn(org, environment);
  const start = (...args: readonly string[]): Running => startCommand(args, { cwd: folder, env: environment });
  return {
    org,
    store,
    folder,
    environment,
    start,
    run: (...args) => start(...args).ended,
    close: async () => {
      await Promise.all([org.close(), store.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Nothing of this machine's own set-up reaches the command. */
export function bareEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    SF_DISABLE_TELEMETRY: 'true',
    SF_SKIP_NEW_VERSION_CHECK: 'true',
    SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
  };
}

export function startCommand(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): Running {
  const child = spawn(process.execPath, [executable, 'migrate', 'files', ...args], {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, ended };
}

/** A command somewhere without a world: no org, no store. */
export async function runBare(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return startCommand(args, { cwd, env: bareEnvironment(cwd) }).ended;
}

/** Fails with everything that the command said. */
export function expectCode({ code, stdout, stderr }: Ended, expected: number): void {
  expect(code, `exit code; it said:\n${stdout}\n${stderr}`).to.equal(expected);
}

/** What `--json` printed. */
export function json(ended: Ended): { status: number; result: unknown; warnings?: unknown } & Record<string, unknown> {
  return JSON.parse(ended.stdout) as ReturnType<typeof json>;
}

async function logIn(org: SalesforceOrg, environment: Readonly<Record<string, string>>): Promise<void> {
  const { url } = org;
  const accessToken = org.accessTokens[INTEGRATION_USER] ?? '';
  const place = JSON.stringify({ org: { url, accessToken, username: INTEGRATION_USER }, environment });
  const options = { env: { ...environment } };
  await promisify(execFile)(process.execPath, ['--conditions=@file-migration/source', logInProcess, place], options);
}

function migrationConfig(store: ObjectStore): object {
  const credentials = { accessKeyId: '${STORE_KEY}', secretAccessKey: '${STORE_SECRET}' };
  const place = { endpoint: store.url, region, pathStyle: true };
  return {
    source: {
      methods: ['server-side-copy', 's3'],
      hosts: { [`${VENDOR}.s3.${region}.amazonaws.com`]: { ...place, bucket: VENDOR } },
      credentials,
    },
    target: { ...place, bucket: TARGET, credentials },
    link: { baseUrl: 'https://files.example.com' },
  };
}
