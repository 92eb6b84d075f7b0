import { Failure } from '../../errors/failure.ts';
import { UPDATE_JOB_GONE } from '../../org/updates-port.ts';
import type { JobDesk } from './job-desk.ts';

/**
 * Ends open jobs of ours that no row of the journal knows: what a process that died between making a job and keeping its
 * id has left. They were never closed, so nothing of them was written.
 */
export async function abortOrphans({ org, catalog, log }: Pick<JobDesk, 'org' | 'catalog' | 'log'>): Promise<void> {
  const known = new Set((await catalog.unfinishedJobs()).map(({ bulkJobId }) => bulkJobId));
  for (const orphan of await org.updates.orphans()) {
    if (known.has(orphan.jobId)) continue;
    try {
      await org.updates.abort(orphan);
      log.event('orphan aborted', { bulkJobId: orphan.jobId });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== UPDATE_JOB_GONE) throw error;
    }
  }
}
