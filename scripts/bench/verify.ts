/*
 * How fast copies are compared with their sources: `npm run bench:verify`.
 *   --documents N   each with a small file and its copy (default 60000)
 *   --mode head     by what the store says; `full` reads both sides and hashes them (default: one after the other)
 *   --json          the last line is one JSON object {documents, ours, limits}
 * The store is the stand-in; the figures are those of the comparing process alone, from its start to its end.
 */
import { parseArgs } from 'node:util';
import { toSalesforceId } from '@file-migration/config';
import { TARGET, VENDOR, migrationWorld, sourceUrl } from '@file-migration/kit/migration/migration-world';
import { measuredPhase, phasePlace } from './phase/measured-phase.ts';
import { fillCatalog } from './switch/filled-catalog.ts';
import type { VerifyRun, VerifyRunResult } from './verify/verify-run.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '60000' },
    mode: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.documents);
const modes = (['head', 'full'] as const).filter((mode) => values.mode === undefined || values.mode === mode);
const limits = { rssMB: 250 };
const documentsPerAccount = 200;

type Figures = { readonly seconds: number; readonly cpuSeconds: number; readonly rssMB: number };

const world = await migrationWorld();
try {
  await fill();
  const ours: Partial<Record<VerifyRun['mode'], Figures>> = {};
  for (const mode of modes) {
    const figures = await compared(mode);
    ours[mode] = figures;
    console.log(
      `${mode}: ${count} documents, ${figures.seconds.toFixed(1)} s, CPU ${figures.cpuSeconds.toFixed(1)} s, RSS ${figures.rssMB.toFixed(0)} MB`,
    );
    if (figures.rssMB > limits.rssMB) process.exitCode = 1;
  }
  if (values.json) console.log(JSON.stringify({ documents: count, ours, limits }));
} finally {
  await world.close();
}

/** The same little file everywhere: what is compared are objects, not their content. */
async function fill(): Promise<void> {
  const bytes = Buffer.alloc(1024, '%PDF-1.4 ');
  const documents = Array.from({ length: count }, (_, nth) => ({
    id: idOf('a0B', nth),
    name: `${nth}.pdf`,
    account: idOf('001', Math.floor(nth / documentsPerAccount)),
    url: sourceUrl(`f-${nth}`),
  }));
  for (let nth = 0; nth < count; nth++) world.store.seed(VENDOR, `f-${nth}`, { bytes });
  await fillCatalog(world, documents, ({ key }) => {
    const { size, etag } = world.store.seed(TARGET, key, { bytes });
    return { size, etag: etag.replaceAll('"', '') };
  });
}

async function compared(mode: VerifyRun['mode']): Promise<Figures> {
  const run: VerifyRun = { mode, ...phasePlace(world) };
  const { result, ...measured } = await measuredPhase(new URL('./verify/verify-run.ts', import.meta.url), run);
  const { status, seconds } = result as VerifyRunResult;
  if (status !== 'completed') throw new Error(`verify --mode ${mode} ended ${status}.`);
  return { seconds, cpuSeconds: measured.cpuSeconds, rssMB: measured.peakRssMb };
}

function idOf(prefix: string, nth: number): string {
  return toSalesforceId(`${prefix}${String(nth).padStart(12, '0')}`);
}
