import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { measuredProcess, type Measured } from '../copy-engine/measured-process.ts';
import type { EngineRun, EngineRunResult } from './engine-run.ts';

/** The copy engine alone, without org and catalog. @throws Error unless every file was copied */
export async function engine(run: EngineRun): Promise<Measured> {
  const measured = await measuredProcess(
    [
      process.execPath,
      '--no-warnings',
      '--conditions=@file-migration/source',
      ...(process.env.BENCH_NODE_OPTIONS?.split(' ') ?? []),
      join(import.meta.dirname, 'engine-run.ts'),
      JSON.stringify(run),
    ],
    // As installed: sf plugins run with a compile cache.
    { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'file-migration-bench-cache') },
  );
  const { results } = JSON.parse(measured.stdout) as EngineRunResult;
  const copied = Object.entries(results).filter(([name]) => name.startsWith('copied'));
  if (copied.reduce((sum, [, files]) => sum + files, 0) !== run.count) throw new Error(JSON.stringify(results));
  return measured;
}
