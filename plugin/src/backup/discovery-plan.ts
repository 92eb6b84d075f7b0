import type { CatalogReader } from '../catalog/port.ts';
import { isUnfinished, type ResumePosition, type Run, type RunMode } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { BackupRequest } from './backup-request.ts';
import { isUnscoped } from './scope.ts';

/** How a backup will go about discovery. */
export type DiscoveryPlan = {
  readonly mode: RunMode;
  readonly discovery:
    | { readonly kind: 'none' }
    | { readonly kind: 'full' }
    /** Documents changed at or after this moment, milliseconds since 1970. */
    | { readonly kind: 'incremental'; readonly since: number }
    /** Resumes where the interrupted run stopped. */
    | { readonly kind: 'resumed'; readonly position: ResumePosition; readonly since: number | undefined };
};

/** How many runs back an interrupted one is looked for; the scoped and the retrying ones in between do not matter. */
const lookBack = 50;

/**
 * Decides how discovery goes: as asked, and by itself resume, else incremental, else full.
 * @throws Failure `wrong-use` when an incremental backup has nothing to build on
 */
export async function planDiscovery(
  catalog: CatalogReader,
  request: BackupRequest,
  overlapMs: number,
): Promise<DiscoveryPlan> {
  if (request.mode === 'retry') return { mode: 'retry', discovery: { kind: 'none' } };
  if (request.mode === 'full') return { mode: 'full', discovery: { kind: 'full' } };
  const watermark = await catalog.watermark();
  const since = watermark === undefined ? undefined : watermark.at - overlapMs;
  if (request.mode === 'auto' && isUnscoped(request)) {
    const position = resumable(await catalog.runs(lookBack));
    if (position !== undefined) return { mode: 'resume', discovery: { kind: 'resumed', position, since } };
  }
  if (since !== undefined) return { mode: 'incremental', discovery: { kind: 'incremental', since } };
  if (request.mode === 'auto') return { mode: 'full', discovery: { kind: 'full' } };
  throw new Failure('There is no complete full backup yet that an incremental one could build on.', {
    code: 'wrong-use',
    actions: ['Make a full backup first: sf migrate files backup --full'],
  });
}

/** The position of the newest backup of the whole org, when that did not come to its end. */
function resumable(runs: readonly Run[]): ResumePosition | undefined {
  const newest = runs.find((run) => run.type === 'backup' && run.mode !== 'retry' && run.scope === undefined);
  return newest !== undefined && isUnfinished(newest) ? newest.position : undefined;
}
