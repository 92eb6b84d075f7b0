/*
 * What starting `sf migrate files status` costs beside an sf command that does nothing: `npm run bench:startup`.
 * With --json the last line is one JSON object: ours, peer, ratios.
 */
import { organizationId, migrationConfig } from '@file-migration/config';
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCatalog } from '../../plugin/src/catalog/catalog.ts';
import { catalogBinding } from '../../plugin/src/context/binding.ts';
import { measuredProcess, type Measured } from './copy-engine/measured-process.ts';

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, json: { type: 'boolean', default: false } },
});

const folder = await mkdtemp(join(tmpdir(), 'bench-startup-'));
try {
  const env = { ...process.env, HOME: folder, SF_DISABLE_TELEMETRY: 'true', NODE_COMPILE_CACHE: join(folder, 'cache') };
  const status = ['migrate', 'files', 'status', '--config-file', await emptyCatalog(folder)];
  const commands = {
    ours: [process.execPath, join(root, 'plugin/bin/run.js'), ...status],
    peer: [process.execPath, join(await emptyPlugin(folder), 'bin/run.js'), 'empty'],
  };
  const runs: Record<keyof typeof commands, Measured[]> = { ours: [], peer: [] };
  // the first round fills the compile cache
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const name of ['ours', 'peer'] as const) {
      const measured = await measuredProcess(commands[name], env);
      if (round > 0) runs[name].push(measured);
    }
  }
  const ours = medians(runs.ours);
  const peer = medians(runs.peer);
  const ratios = { cpu: rounded(ours.cpuMs / peer.cpuMs), wall: rounded(ours.wallMs / peer.wallMs) };
  process.stdout.write(
    `status   ${ours.cpuMs} ms CPU, ${ours.wallMs} ms\nempty    ${peer.cpuMs} ms CPU, ${peer.wallMs} ms\n` +
      `ratios   ${ratios.cpu} CPU, ${ratios.wall} wall (wanted: at most 1.15)\n`,
  );
  if (values.json) process.stdout.write(`${JSON.stringify({ ours, peer, ratios })}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** A migration.json beside a catalog that is bound, and empty; returns the config's path. */
async function emptyCatalog(place: string): Promise<string> {
  const input = { target: { bucket: 'own-files', region: 'us-east-1' }, catalog: { file: join(place, 'catalog.db') } };
  const config = migrationConfig(input);
  const catalog = await openCatalog({
    file: config.catalog.file,
    binding: catalogBinding(config, organizationId('00D000000000001EAA')),
    command: 'bench',
    layout: config.key,
    linkBaseUrls: [],
  });
  await catalog.close();
  const file = join(place, 'migration.json');
  await writeFile(file, JSON.stringify(input));
  return file;
}

/** The peer, with the very packages that our plugin runs on. */
async function emptyPlugin(place: string): Promise<string> {
  const plugin = join(place, 'empty-plugin');
  await cp(join(import.meta.dirname, 'empty-plugin'), plugin, { recursive: true });
  await symlink(join(root, 'plugin/node_modules'), join(plugin, 'node_modules'));
  execFileSync(join(root, 'node_modules/.bin/oclif'), ['manifest', plugin], { stdio: 'ignore' });
  return plugin;
}

function medians(runs: readonly Measured[]): { cpuMs: number; wallMs: number } {
  return {
    cpuMs: Math.round(median(runs.map(({ cpuSeconds }) => cpuSeconds)) * 1000),
    wallMs: Math.round(median(runs.map(({ seconds }) => seconds)) * 1000),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function rounded(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}
