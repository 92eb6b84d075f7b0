import type { UnfinishedJob } from '../catalog/journal.ts';
import { Failure } from '../model/failure.ts';
import type { OpenUpdateJob } from '../org/updates-port.ts';
import type { UpdateContext } from './update-context.ts';

/** How far the org's clock may be from ours. An orphan that is missed does no harm: an open job writes nothing. */
const clockToleranceMs = 120_000;
/** How long the answer to a request may stay away; see the org client's silence. */
const longestAnswerMs = 150_000;

/**
 * Ends open jobs in the org whose id this journal has never learned, because the answer was lost or the process died.
 * They were never closed, so nothing of them was written; ending them is tidiness, and other programs work as the same
 * user. So only what can be ours is ended: made as our jobs are, at the time of a job that this journal planned and
 * asked for without learning its id, and no more of them than there are such jobs. Everything else is left as it is.
 */
export async function abortOrphans(
  { org, catalog, log }: Pick<UpdateContext, 'org' | 'catalog' | 'log'>,
  left: readonly UnfinishedJob[],
): Promise<void> {
  const lost = left.filter(({ bulkJobId, hasRollbackLines }) => bulkJobId === undefined && hasRollbackLines);
  if (lost.length === 0) return;
  const spans = await Promise.all(lost.map((job) => spanOf(catalog, job)));
  const known = new Set((await catalog.unfinishedJobs()).map(({ bulkJobId }) => bulkJobId));
  const orphans = (await org.updates.openJobs()).filter(
    ({ jobId, createdAt }) =>
      !known.has(jobId) && spans.some(({ from, until }) => createdAt >= from && createdAt <= until),
  );
  if (orphans.length > lost.length) {
    log.event('orphans left open', { found: orphans.length, lost: lost.length });
    return;
  }
  for (const orphan of orphans) await abort({ org, log }, orphan);
}

/** When the org may have made a job that was planned: until its process was last heard of. */
async function spanOf(
  catalog: UpdateContext['catalog'],
  { run, plannedAt }: UnfinishedJob,
): Promise<{ from: number; until: number }> {
  const heardOf = (await catalog.run(run))?.heartbeatAt ?? Date.now();
  return {
    from: plannedAt - clockToleranceMs,
    until: Math.max(heardOf, plannedAt) + longestAnswerMs + clockToleranceMs,
  };
}

async function abort({ org, log }: Pick<UpdateContext, 'org' | 'log'>, orphan: OpenUpdateJob): Promise<void> {
  try {
    await org.updates.abort(orphan);
    log.event('orphan aborted', { bulkJobId: orphan.jobId });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'update-job-gone') throw error;
  }
}
