import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dropBucket, fillBucket, makeBucket, sdkClient, type BenchStore } from './copy-engine/bench-store.ts';
import type { CopyRun, CopyRunResult } from './copy-engine/copy-run.ts';
import { measuredProcess } from './copy-engine/measured-process.ts';

/*
 * Our copying beside rclone's, on the same store, in alternating rounds; medians count. The store is named by
 * S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY (scripts/ceph-rgw prints them). The last line is one JSON object.
 * --engine-only copies without the catalog.
 */
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'engine-only': { type: 'boolean', default: false },
    case: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    // A share of each case's files, for a quick look on a small store.
    share: { type: 'string', default: '1' },
    'in-flight': { type: 'string', default: '32' },
  },
});

type Case = {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  readonly way: CopyRun['way'];
  readonly rounds: number;
};

type Figures = {
  readonly filesPerSecond: number;
  readonly mbPerSecond: number;
  readonly cpuMsPerFile: number;
  readonly peakRssMb: number;
};

const KIB = 1024;
const MIB = 1024 * KIB;
const cases: readonly Case[] = [
  { name: 'stream-small', count: 4000, bytes: 16 * KIB, way: 's3', rounds: 5 },
  { name: 'copy-small', count: 4000, bytes: 16 * KIB, way: 'server-side-copy', rounds: 5 },
  { name: 'stream-8mib', count: 200, bytes: 8 * MIB, way: 's3', rounds: 3 },
  { name: 'stream-512mib', count: 4, bytes: 512 * MIB, way: 's3', rounds: 1 },
];

const store: BenchStore = {
  endpoint: required('S3_ENDPOINT'),
  region: process.env.S3_REGION ?? 'us-east-1',
  accessKeyId: required('S3_ACCESS_KEY'),
  secretAccessKey: required('S3_SECRET_KEY'),
};
const inFlight = Number(flags['in-flight']);
const client = sdkClient(store);
const stamp = Date.now();

const results: Record<string, object> = {};
for (const { count, ...rest } of cases) {
  const one = { ...rest, count: Math.ceil(count * Number(flags.share)) };
  if (flags.case !== undefined && !flags.case.includes(one.name)) continue;
  results[one.name] = await measure(one);
}
process.stdout.write(`${JSON.stringify(results)}\n`);

async function measure(one: Case): Promise<object> {
  const source = `bench-${stamp}-${one.name}`;
  await makeBucket(client, source);
  await fillBucket(store, source, one.count, one.bytes);
  const ours: Figures[] = [];
  const peer: Figures[] = [];
  for (let round = 0; round < Number(flags.rounds ?? one.rounds); round++) {
    // Whoever comes second finds the store as busy with cleaning up as the first one did.
    const turns = [
      async () => ours.push(await runOurs(one, source, round)),
      async () => peer.push(await runRclone(one, source, round)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    say(`${one.name} round ${round + 1}: ours ${text(ours.at(-1))}; rclone ${text(peer.at(-1))}`);
  }
  await dropBucket(client, source);
  const [our, their] = [median(ours), median(peer)];
  const ratios = {
    filesPerSecond: our.filesPerSecond / their.filesPerSecond,
    cpuMsPerFile: our.cpuMsPerFile / their.cpuMsPerFile,
    peakRssMb: our.peakRssMb / their.peakRssMb,
  };
  return { ours: our, peer: their, ratios };
}

async function runOurs(one: Case, source: string, round: number): Promise<Figures> {
  const target = `${source}-ours-${round}`;
  await makeBucket(client, target);
  const run: CopyRun = { store, source, target, way: one.way, count: one.count, inFlight };
  const script = fileURLToPath(new URL('./copy-engine/copy-run.ts', import.meta.url));
  const measured = await measuredProcess(
    [
      process.execPath,
      '--conditions=@file-migration/source',
      ...(process.env.BENCH_NODE_OPTIONS?.split(' ') ?? []),
      script,
      JSON.stringify(run),
    ],
    // As installed: sf plugins run with a compile cache.
    { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'file-migration-bench-cache') },
  );
  const { seconds, results } = JSON.parse(measured.stdout) as CopyRunResult;
  const good = Object.entries(results).filter(([name]) => name.startsWith('copied'));
  if (good.reduce((sum, [, files]) => sum + files, 0) !== one.count) throw new Error(JSON.stringify(results));
  await dropBucket(client, target);
  return figures(one, seconds, measured.cpuSeconds, measured.peakRssMb);
}

async function runRclone(one: Case, source: string, round: number): Promise<Figures> {
  const target = `${source}-rclone-${round}`;
  await makeBucket(client, target);
  const remote = (name: string): Record<string, string> => ({
    [`RCLONE_CONFIG_${name}_TYPE`]: 's3',
    [`RCLONE_CONFIG_${name}_PROVIDER`]: 'Ceph',
    [`RCLONE_CONFIG_${name}_ENDPOINT`]: store.endpoint,
    [`RCLONE_CONFIG_${name}_ACCESS_KEY_ID`]: store.accessKeyId,
    [`RCLONE_CONFIG_${name}_SECRET_ACCESS_KEY`]: store.secretAccessKey,
  });
  // Between two remotes rclone streams; within one it asks the store to copy.
  const into = one.way === 's3' ? 'B' : 'A';
  const parallel = String(inFlight);
  const measured = await measuredProcess(
    [
      'rclone',
      'copy',
      `A:${source}`,
      `${into}:${target}`,
      '--transfers',
      parallel,
      '--checkers',
      parallel,
      '--s3-no-check-bucket',
      '--config',
      '/dev/null',
    ],
    // Nothing of the caller's AWS settings: rclone's SDK stumbles over some (AWS_CA_BUNDLE).
    { PATH: process.env.PATH, HOME: process.env.HOME, ...remote('A'), ...remote('B') },
  );
  await dropBucket(client, target);
  return figures(one, measured.seconds, measured.cpuSeconds, measured.peakRssMb);
}

function figures(one: Case, seconds: number, cpuSeconds: number, peakRssMb: number): Figures {
  return {
    filesPerSecond: one.count / seconds,
    mbPerSecond: (one.count * one.bytes) / MIB / seconds,
    cpuMsPerFile: (cpuSeconds * 1000) / one.count,
    peakRssMb,
  };
}

function median(rounds: readonly Figures[]): Figures {
  const middle = (read: (figures: Figures) => number): number =>
    rounds.map(read).toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? Number.NaN;
  return {
    filesPerSecond: middle((f) => f.filesPerSecond),
    mbPerSecond: middle((f) => f.mbPerSecond),
    cpuMsPerFile: middle((f) => f.cpuMsPerFile),
    peakRssMb: middle((f) => f.peakRssMb),
  };
}

function text(figures: Figures | undefined): string {
  if (figures === undefined) return '-';
  const { filesPerSecond, mbPerSecond, cpuMsPerFile, peakRssMb } = figures;
  return `${filesPerSecond.toFixed(0)} files/s, ${mbPerSecond.toFixed(0)} MiB/s, ${cpuMsPerFile.toFixed(2)} ms CPU a file, ${peakRssMb.toFixed(0)} MB`;
}

function say(line: string): void {
  if (!flags.json) process.stdout.write(`${line}\n`);
  else process.stderr.write(`${line}\n`);
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; scripts/ceph-rgw starts a store and prints it.`);
  return value;
}
