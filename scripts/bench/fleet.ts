/*
 * What handing the copying over costs, and what it brings: `npm run bench:fleet`. Needs PostgreSQL (Debian: postgresql).
 *   --documents N  with instant workers (default 100000)
 *   --far N        files on a store that answers late (default 3000); 0 leaves that part out
 *   --json         the last line is one JSON object {documents, far, engines, ratios, limits, missed}
 * The limits that are ratios or CPU hold on any machine; documents a second are those of an idle one.
 */
import { parseArgs } from 'node:util';
import { hasPostgres, startPostgres } from '@file-migration/kit/postgres';
import { measuredProcess } from './copy-engine/measured-process.ts';
import type { CeilingFigures, CeilingRun } from './fleet/ceiling.ts';
import { farStore, type FarFigures } from './fleet/far-store.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    far: { type: 'string', default: '3000' },
    json: { type: 'boolean', default: false },
  },
});
const documents = Number(values.documents);
const far = Number(values.far);
const limits = {
  documentsPerSecond: { least: 8000 },
  mainThreadUs: { most: 60 },
  queueUs: { processes: 30, 'pg-boss': 80 },
  databaseUs: { most: 100 },
  threeWorkers: { least: 2.2 },
  verifyTwoWorkers: { least: 1.8 },
  coordinatorRssMb: { most: 300 },
  workerRssMb: { most: 200 },
};

if (!hasPostgres) throw new Error('This machine has no PostgreSQL (Debian: postgresql).');
const postgres = await startPostgres();
try {
  const none = await ceiling('none');
  const engines = { none, processes: await ceiling('processes'), 'pg-boss': await ceiling('pg-boss') };
  const distance = far === 0 ? undefined : await farStore(postgres.url, far);
  const ratios = ratiosOf(engines, distance);
  const missed = missedOf(engines, ratios);
  for (const [name, value] of Object.entries(ratios)) console.log(`${name}: ${value}`);
  for (const sentence of missed) console.log(`missed: ${sentence}`);
  if (missed.length > 0) process.exitCode = 1;
  if (values.json) console.log(JSON.stringify({ documents, far, engines, distance, ratios, limits, missed }));
} finally {
  await postgres.close();
}

async function ceiling(engine: CeilingRun['engine']): Promise<CeilingFigures> {
  const run: CeilingRun = { engine, documents, workers: 2, url: postgres.url, postgresPid: postgres.pid() };
  const file = new URL('fleet/ceiling.ts', import.meta.url).pathname;
  const node = [process.execPath, '--no-warnings', '--conditions=@file-migration/source', file, JSON.stringify(run)];
  const figures = JSON.parse((await measuredProcess(node, process.env)).stdout) as CeilingFigures;
  console.log(
    `${engine}: ${figures.documentsPerSecond} documents/s; µs a document: coordinator ${figures.coordinator} ` +
      `(main thread ${figures.mainThread}), workers ${figures.workers}, database ${figures.database}`,
  );
  return figures;
}

type Engines = Readonly<Record<CeilingRun['engine'], CeilingFigures>>;

/**
 * `…QueueUs`: microseconds of CPU that an engine adds a document at both ends: the main thread's, beyond what it needs
 * without workers, and the workers'. The catalog's thread does the same in all cases.
 */
function ratiosOf(engines: Engines, distance: FarFigures | undefined) {
  const { none } = engines;
  const round = (value: number): number => Math.round(value * 100) / 100;
  const added = ({ mainThread, workers }: CeilingFigures): number => round(mainThread + workers - none.mainThread);
  return {
    processesQueueUs: added(engines.processes),
    pgBossQueueUs: added(engines['pg-boss']),
    ...(distance !== undefined && {
      threeWorkers: round(distance.one / distance.three),
      verifyTwoWorkers: round(distance.verifyLocal / distance.verifyTwo),
    }),
  };
}

function missedOf(engines: Engines, ratios: ReturnType<typeof ratiosOf>): string[] {
  const missed: string[] = [];
  const most = (what: string, value: number, limit: number): void => {
    if (value > limit) missed.push(`${what} is ${value}, at most ${limit}`);
  };
  const least = (what: string, value: number | undefined, limit: number): void => {
    if (value !== undefined && value < limit) missed.push(`${what} is ${value}, at least ${limit}`);
  };
  for (const engine of ['processes', 'pg-boss'] as const) {
    const figures = engines[engine];
    least(`${engine}: documents a second`, figures.documentsPerSecond, limits.documentsPerSecond.least);
    most(`${engine}: main thread`, figures.mainThread, limits.mainThreadUs.most);
    most(`${engine}: memory of the coordinator`, figures.coordinatorRssMb, limits.coordinatorRssMb.most);
    most(`${engine}: memory of a worker`, figures.workerRssMb, limits.workerRssMb.most);
  }
  most('processes: what the queue adds', ratios.processesQueueUs, limits.queueUs.processes);
  most('pg-boss: what the queue adds', ratios.pgBossQueueUs, limits.queueUs['pg-boss']);
  most('pg-boss: the database', engines['pg-boss'].database, limits.databaseUs.most);
  least('three workers beside one', ratios.threeWorkers, limits.threeWorkers.least);
  least('verify with two workers', ratios.verifyTwoWorkers, limits.verifyTwoWorkers.least);
  return missed;
}
