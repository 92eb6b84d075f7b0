import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { measuredProcess, type Measured } from '../copy-engine/measured-process.ts';
import { builtScript } from '../phase/built-script.ts';
import type { BenchStore } from './bench-store.ts';
import type { Case } from './cases.ts';
import type { BenchOrg, OrgRequest } from './org-process.ts';
import type { PipelineResult, PipelineRun } from './pipeline.ts';
import { SOURCE_HOST } from './source-host.ts';

/** An org with one document a file, in another process. */
export type RunningOrg = BenchOrg & AsyncDisposable;

export async function startOrg(request: OrgRequest): Promise<RunningOrg> {
  const child = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--conditions=@file-migration/source',
      join(import.meta.dirname, 'org-process.ts'),
      JSON.stringify(request),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => Promise.reject(new Error('The simulated org did not start.'))),
  ])) as [string];
  return {
    ...(JSON.parse(line) as BenchOrg),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}

/** What a backup is measured on. */
type SetUp = {
  readonly store: BenchStore;
  readonly org: BenchOrg;
  readonly buckets: { readonly source: string; readonly target: string };
  readonly inFlight: number;
};

/**
 * A whole backup: discovery from the org, claims, copies, hashes, evidence, and every outcome in the catalog.
 * `pipeline` runs the phase in a process of its own, `command` runs the real `sf migrate files backup` around it.
 * @throws Error unless every document is verified
 */
export async function wholeBackup(
  as: 'pipeline' | 'command',
  { method, count }: Case,
  setUp: SetUp,
): Promise<Measured> {
  const { store, org } = setUp;
  const folder = await mkdtemp(join(tmpdir(), 'bench-backup-'));
  try {
    const config = configOf(setUp, method, folder);
    const run = as === 'pipeline' ? await pipeline(org, config) : await command(org, config, folder);
    const measured = await measuredProcess(
      [process.execPath, '--no-warnings', ...(process.env.BENCH_NODE_OPTIONS?.split(' ') ?? []), ...run.command],
      {
        ...process.env,
        ...run.env,
        HOME: folder,
        [ACCESS_KEY]: store.accessKeyId,
        [SECRET_KEY]: store.secretAccessKey,
        // As installed: what was compiled at the last start is still there.
        NODE_COMPILE_CACHE: join(tmpdir(), 'file-migration-bench-cache'),
      },
    );
    const { counts } = run.result(measured.stdout);
    if (counts.states.verified !== count) throw new Error(measured.stdout);
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ACCESS_KEY = 'BENCH_ACCESS_KEY';
const SECRET_KEY = 'BENCH_SECRET_KEY';

function configOf(
  { store: { endpoint, region }, buckets: { source, target }, inFlight }: SetUp,
  method: Case['method'],
  folder: string,
): PipelineRun['config'] {
  const place = { endpoint, region, pathStyle: true };
  const credentials = { accessKeyId: `\${${ACCESS_KEY}}`, secretAccessKey: `\${${SECRET_KEY}}` };
  return {
    source: { methods: [method], hosts: { [SOURCE_HOST]: { ...place, bucket: source } }, credentials },
    target: { ...place, bucket: target, credentials },
    backup: { inFlight: { initial: inFlight, max: inFlight } },
    catalog: { file: join(folder, 'migration_tracking.db') },
    logs: { folder: join(folder, 'logs') },
  };
}

type Started = {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly result: (stdout: string) => PipelineResult;
};

async function pipeline({ url, accessToken }: BenchOrg, config: PipelineRun['config']): Promise<Started> {
  const run: PipelineRun = { org: { url, accessToken }, config };
  const script = await builtScript(join(import.meta.dirname, 'pipeline-run.ts'));
  return {
    command: [script, JSON.stringify(run)],
    env: {},
    result: (stdout) => JSON.parse(stdout) as PipelineResult,
  };
}

async function command(org: BenchOrg, config: PipelineRun['config'], folder: string): Promise<Started> {
  const file = join(folder, 'migration.json');
  await writeFile(file, JSON.stringify(config));
  return {
    command: [
      join(import.meta.dirname, '../../../plugin/bin/run.js'),
      ...['migrate', 'files', 'backup', '--full', '--json'],
      ...['--config-file', file, '--target-org', org.accessToken],
    ],
    env: { SF_ORG_INSTANCE_URL: org.url, SF_DISABLE_TELEMETRY: 'true', SF_SKIP_NEW_VERSION_CHECK: 'true' },
    result: (stdout) => (JSON.parse(stdout) as { result: PipelineResult }).result,
  };
}
