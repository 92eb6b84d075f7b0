/*
 * A whole migration of many documents: backup, verify, switch and rollback of the measured shape with small bodies,
 * against the stand-ins: `npm run bench:scale`.
 *   --documents N   default 1000000
 *   --folder DIR    where everything is kept (default: the temporary folder's file-migration-scale-N)
 *   --piece N       seconds of one piece (default 480); run the same command again until it says that it is done
 *   --json          the last line is one JSON object {documents, stages, catalogBytes, done}
 * Each stage is a process of its own; figures are that process's alone, not the stand-ins'.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { INTEGRATION_USER } from '@file-migration/kit/org/org-world';
import { LINK_BASE, TARGET, region } from '@file-migration/kit/migration/world-config';
import { startObjectStore } from '@file-migration/stand-ins/object-store/server';
import { population } from '@file-migration/stand-ins/population/population';
import { seedStandIns } from '@file-migration/stand-ins/population/seed-stand-ins';
import { startSalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import type { MigrationConfigInput } from '@file-migration/config';
import { measuredPhase } from './phase/measured-phase.ts';
import { stages, type Stage, type StagePiece, type StageRun } from './scale/stages.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000000' },
    folder: { type: 'string' },
    piece: { type: 'string', default: '480' },
    json: { type: 'boolean', default: false },
  },
});
const documents = Number(values.documents);
const folder = values.folder ?? join(tmpdir(), `file-migration-scale-${documents}`);
const pieceMs = Number(values.piece) * 1000;
const stateFile = join(folder, 'state.json');
const accessKey = { accessKeyId: 'STANDINSTOREADMIN001', secretAccessKey: 'stand-in-store-no-secret-0123456789abcdef' };

type Piece = Omit<StagePiece, 'status'> & { readonly cpuSeconds: number; readonly peakRssMb: number };
type StageState = { readonly pieces: readonly Piece[]; readonly done: boolean };
type State = { readonly seeded: boolean; readonly stages: Readonly<Partial<Record<Stage, StageState>>> };

mkdirSync(folder, { recursive: true });
let state: State = existsSync(stateFile)
  ? (JSON.parse(readFileSync(stateFile, 'utf8')) as State)
  : { seeded: false, stages: {} };
if (!state.seeded) {
  // a filling that was cut off is begun anew
  for (const half of ['org', 'store']) rmSync(join(folder, half), { recursive: true, force: true });
}
const people = population({ seed: 7, documents, sizes: { meanBytes: 900, maxBytes: 8000 } });
const org = await startSalesforceOrg({
  data: join(folder, 'org'),
  guard: false,
  limits: { apiRequests: 1_000_000_000 },
});
const store = await startObjectStore({
  region,
  buckets: [TARGET],
  data: join(folder, 'store'),
  credentials: [accessKey],
});
try {
  if (!state.seeded) {
    await seedStandIns(people, { org, store });
    keep({ ...state, seeded: true });
  }
  const deadline = performance.now() + pieceMs;
  for (const stage of stages) {
    while (state.stages[stage]?.done !== true && performance.now() < deadline) {
      await piece(stage, Math.max(10_000, deadline - performance.now()));
    }
  }
} finally {
  await Promise.all([org.close(), store.close()]);
}
const done = stages.every((stage) => state.stages[stage]?.done === true);
const figures = Object.fromEntries(stages.map((stage) => [stage, figuresOf(state.stages[stage])]));
console.log(done ? 'Done.' : 'Not done yet: run the same command again.');
if (values.json) {
  const catalogBytes = existsSync(catalogFile()) ? statSync(catalogFile()).size : 0;
  console.log(JSON.stringify({ documents, stages: figures, catalogBytes, done }));
}

async function piece(stage: Stage, ms: number): Promise<void> {
  const run: StageRun = { stage, pieceMs: ms, ...place() };
  const script = new URL('./scale/stage-run.ts', import.meta.url);
  const { result, cpuSeconds, peakRssMb } = await measuredPhase(script, run);
  const { status, ...figures } = result as StagePiece;
  const isDone = status !== 'stopped';
  const before = state.stages[stage]?.pieces ?? [];
  const pieces = [...before, { ...figures, cpuSeconds, peakRssMb: Math.round(peakRssMb) }];
  keep({ ...state, stages: { ...state.stages, [stage]: { pieces, done: isDone } } });
  console.log(`${stage}: ${figures.documents} documents in ${figures.seconds.toFixed(0)} s, ${status}`);
}

function place(): Pick<StageRun, 'org' | 'config'> {
  const { vendorBucket } = people.options;
  const credentials = { accessKeyId: '${STORE_KEY}', secretAccessKey: '${STORE_SECRET}' };
  const endpoint = { endpoint: store.url, region, pathStyle: true };
  const config: MigrationConfigInput = {
    source: {
      methods: ['s3'],
      hosts: { [`${vendorBucket}.s3.${region}.amazonaws.com`]: { ...endpoint, bucket: vendorBucket } },
      credentials,
    },
    target: { ...endpoint, bucket: TARGET, credentials },
    link: { baseUrl: LINK_BASE },
    catalog: { file: catalogFile() },
  };
  return { org: { url: org.url, orgId: org.orgId, accessToken: org.accessTokens[INTEGRATION_USER] ?? '' }, config };
}

function catalogFile(): string {
  return join(folder, 'migration_tracking.db');
}

function keep(next: State): void {
  state = next;
  writeFileSync(stateFile, JSON.stringify(state));
}

/** All pieces together; undefined before the first. */
function figuresOf(stage: StageState | undefined) {
  if (stage === undefined) return undefined;
  const sum = (of: (piece: Piece) => number): number => stage.pieces.reduce((total, each) => total + of(each), 0);
  const files = Math.max(
    1,
    sum((each) => each.documents),
  );
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    done: stage.done,
    pieces: stage.pieces.length,
    documents: sum((each) => each.documents),
    documentsPerSecond: Math.round(files / sum(({ seconds }) => seconds)),
    cpuMsPerDocument: round((1000 * sum(({ cpuSeconds }) => cpuSeconds)) / files),
    orgRequestsPerDocument: round(sum(({ orgRequests }) => orgRequests) / files),
    storeRequestsPerDocument: round(sum(({ storeRequests }) => storeRequests) / files),
    peakRssMb: Math.max(...stage.pieces.map(({ peakRssMb }) => peakRssMb)),
    memoryGrowth: growth(stage.pieces.at(-1)?.memory ?? []),
  };
}

/** The mean of the last tenth against that of the first tenth after warm-up; undefined where it was too short to say. */
function growth(memory: readonly number[]): number | undefined {
  const warm = memory.slice(Math.ceil(memory.length / 10));
  const tenth = Math.floor(warm.length / 10);
  if (tenth < 2) return undefined;
  const mean = (part: readonly number[]): number => part.reduce((total, each) => total + each, 0) / part.length;
  return Math.round((100 * mean(warm.slice(-tenth))) / mean(warm.slice(0, tenth))) / 100;
}
