import { parseArgs } from 'node:util';
import { dropBucket, fillBucket, makeBucket, sdkClient, type BenchStore } from './backup/bench-store.ts';
import { cases, type Case } from './backup/cases.ts';
import { engine } from './backup/engine.ts';
import { figures, median, ratios, text, type Figures } from './backup/figures.ts';
import { missed } from './backup/bars.ts';
import { rclone } from './backup/rclone.ts';
import { startOrg, wholeBackup } from './backup/whole-backup.ts';
import type { Measured } from './copy-engine/measured-process.ts';

/*
 * A whole backup beside `rclone copy` of the same files on the same store, in alternating rounds;
 * medians count. Both are measured as the system sees them: the process from its start to its end, all its threads.
 * The store is named by S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY (scripts/ceph-rgw prints them).
 *   --json         the last line is one JSON object: by case ours, peer, ratios, missed
 *   --case NAME    only this one; may be given several times
 *   --share N      a share of each case's files, for a quick look
 *   --rounds N     instead of each case's own
 *   --in-flight N  files at once (default 32)
 *   --engine-only  ours is the copies alone, without org and catalog
 *   --command      ours is the real `sf migrate files backup`, with the sf CLI's frame around the phase
 */
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'engine-only': { type: 'boolean', default: false },
    command: { type: 'boolean', default: false },
    case: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    share: { type: 'string', default: '1' },
    'in-flight': { type: 'string', default: '32' },
  },
});

const store: BenchStore = {
  endpoint: required('S3_ENDPOINT'),
  region: process.env.S3_REGION ?? 'us-east-1',
  accessKeyId: required('S3_ACCESS_KEY'),
  secretAccessKey: required('S3_SECRET_KEY'),
};
const inFlight = Number(flags['in-flight']);
const client = sdkClient(store);
const stamp = Date.now();

type Buckets = { readonly source: string; readonly target: string };

const results: Record<string, object> = {};
for (const one of cases) {
  if (flags.case !== undefined && !flags.case.includes(one.name)) continue;
  results[one.name] = await measure({ ...one, count: Math.ceil(one.count * Number(flags.share)) });
}
if (flags.json) process.stdout.write(`${JSON.stringify(results)}\n`);

async function measure(one: Case): Promise<object> {
  const source = `bench-${stamp}-${one.name}`;
  await makeBucket(client, source);
  await fillBucket(store, source, one.count, one.bytes);
  await using org = flags['engine-only'] ? undefined : await startOrg({ documents: one.count });
  const runOurs = (buckets: Buckets): Promise<Measured> =>
    org === undefined
      ? engine({ store, ...buckets, method: one.method, count: one.count, inFlight })
      : wholeBackup(flags.command ? 'command' : 'pipeline', one, { store, org, buckets, inFlight });
  const ours: Figures[] = [];
  const peer: Figures[] = [];
  for (let round = 0; round < Number(flags.rounds ?? one.rounds); round++) {
    const turns = [
      async () => ours.push(await turn(one, source, `ours-${round}`, runOurs)),
      async () => peer.push(await turn(one, source, `rclone-${round}`, (b) => rclone(store, one, b, inFlight))),
    ];
    // Whoever comes second finds the store as busy with cleaning up as the first one did.
    for (const take of round % 2 === 0 ? turns : turns.toReversed()) await take();
    say(`${one.name} round ${round + 1}\n  ours   ${shown(ours.at(-1))}\n  rclone ${shown(peer.at(-1))}`);
  }
  await dropBucket(client, source);
  const [our, their] = [median(ours), median(peer)];
  const result = { ours: our, peer: their, ratios: ratios(our, their), missed: missed(one.bars, our, their) };
  say(`${one.name} medians\n  ours   ${text(our)}\n  rclone ${text(their)}`);
  for (const sentence of result.missed) say(`  MISSED ${sentence}`);
  return result;
}

async function turn(
  one: Case,
  source: string,
  name: string,
  run: (buckets: Buckets) => Promise<Measured>,
): Promise<Figures> {
  const target = `${source}-${name}`;
  await makeBucket(client, target);
  try {
    return figures(one, await run({ source, target }));
  } finally {
    await dropBucket(client, target);
  }
}

function shown(measured: Figures | undefined): string {
  return measured === undefined ? '-' : text(measured);
}

function say(line: string): void {
  (flags.json ? process.stderr : process.stdout).write(`${line}\n`);
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; scripts/ceph-rgw starts a store and prints it.`);
  return value;
}
