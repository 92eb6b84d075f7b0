import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { LINK_BASE, migrationWorld, documentRecord, sourceUrl } from '@file-migration/kit/migration/migration-world';
import { measuredProcess } from './copy-engine/measured-process.ts';
import { measuredPhase, phasePlace } from './phase/measured-phase.ts';
import { fillCatalog, type BenchDocument } from './switch/filled-catalog.ts';
import type { SwitchRun, SwitchRunResult } from './switch/switch-run.ts';

/*
 * Switch with full read-back, and rollback, beside `sf data update bulk` on the same rows against the same simulated
 * org. CPU and memory are the client process's own. The last line is one JSON object; a missed bar is exit code 1.
 */
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    documents: { type: 'string', default: '200000' },
    /** How long the org works on a batch, milliseconds. */
    'batch-ms': { type: 'string', default: '0' },
  },
});

const count = Number(flags.documents);
const documentsPerAccount = 200;
/** Memory is flat: its bar is the same for any number of documents. The others are those of `barsOf` documents. */
const bars = { peakRssMb: 250, cpuSeconds: 40, requestsPer100k: 250 };
const barsOf = 200_000;
const script = new URL('./switch/switch-run.ts', import.meta.url);

const world = await migrationWorld({ org: { guard: false, bulk: { jobMs: 5, batchMs: Number(flags['batch-ms']) } } });
try {
  const documents = await seed();
  await fillCatalog(world, documents);
  const ours = await run('switch');
  const back = await run('rollback');
  const peer = await sfUpdate(documents);
  const missed = [...missedBars('switch', ours), ...missedBars('rollback', back)];
  const line = {
    documents: count,
    missed,
    ours: { ...ours, rollback: back },
    peer,
    ratios: {
      cpuSeconds: ours.cpuSeconds / peer.cpuSeconds,
      peakRssMb: ours.peakRssMb / peer.peakRssMb,
      seconds: ours.seconds / peer.seconds,
    },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (missed.length > 0) process.exitCode = 1;
} finally {
  await world.close();
}

async function seed(): Promise<BenchDocument[]> {
  const accounts = Array.from({ length: Math.ceil(count / documentsPerAccount) }, (_, nth) =>
    world.org.records.insertOne('Account', { Name: `Bench ${nth}` }),
  );
  const ownerOf = (nth: number): string => accounts[Math.floor(nth / documentsPerAccount)] ?? '';
  await world.org.records.insertDocuments(
    (function* () {
      for (let nth = 0; nth < count; nth++) yield documentRecord(`${nth}.pdf`, sourceUrl(`f-${nth}`), ownerOf(nth));
    })(),
  );
  return Array.from(world.org.records.allDocuments(), ({ Id, Name, Account__c: account, Document__c: url }) => ({
    id: text(Id),
    name: text(Name),
    account: text(account),
    url: text(url),
  }));
}

type Figures = { seconds: number; cpuSeconds: number; peakRssMb: number; requestsPer100k: number };

async function run(task: SwitchRun['task']): Promise<Figures> {
  const run: SwitchRun = { task, ...phasePlace(world) };
  const { result, ...measured } = await measuredPhase(script, run);
  const { confirmed, requests, seconds } = result as SwitchRunResult;
  if (confirmed !== count) throw new Error(`${task} confirmed ${confirmed} of ${count}.`);
  say(`${task}: ${JSON.stringify({ ...measured, stdout: undefined })}`);
  return {
    seconds,
    cpuSeconds: measured.cpuSeconds,
    peakRssMb: measured.peakRssMb,
    requestsPer100k: (requests / count) * 100_000,
  };
}

function missedBars(task: string, figures: Figures): string[] {
  const names = count === barsOf ? (['peakRssMb', 'cpuSeconds', 'requestsPer100k'] as const) : (['peakRssMb'] as const);
  return names
    .filter((name) => figures[name] > bars[name])
    .map((name) => `${task}: ${name} ${figures[name].toFixed(1)}, bar ${bars[name]}`);
}

/** The same rows through the sf CLI, which writes and reads nothing back. */
async function sfUpdate(documents: readonly BenchDocument[]): Promise<Figures> {
  const file = join(world.folder, 'update.csv');
  const rows = function* (): Generator<string> {
    yield 'Id,Document__c,File_Key__c,File_Original_Url__c\n';
    for (const { id, url } of documents) yield `${id},${LINK_BASE}/d/${id},uploads/${id}/a.pdf,${url}\n`;
  };
  await pipeline(Readable.from(rows()), createWriteStream(file));
  const before = world.org.requests.total();
  const token = world.org.accessTokens[world.org.username] ?? '';
  const measured = await measuredProcess(
    [
      'sf',
      'data',
      'update',
      'bulk',
      '--file',
      file,
      '--sobject',
      'DocListEntry__c',
      '--wait',
      '30',
      '--line-ending',
      'LF',
      '-o',
      token,
      '--json',
    ],
    {
      ...process.env,
      HOME: world.folder,
      SF_ORG_INSTANCE_URL: world.org.url,
      SF_ORG_API_VERSION: '68.0',
      SF_DISABLE_TELEMETRY: 'true',
      CI: 'true',
      // our own conditions are no business of the sf CLI's
      NODE_OPTIONS: '',
    },
  );
  say(`sf data update bulk: ${JSON.stringify({ ...measured, stdout: undefined })}`);
  return {
    seconds: measured.seconds,
    cpuSeconds: measured.cpuSeconds,
    peakRssMb: measured.peakRssMb,
    requestsPer100k: ((world.org.requests.total() - before) / count) * 100_000,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function say(line: string): void {
  (flags.json ? process.stderr : process.stdout).write(`${line}\n`);
}
