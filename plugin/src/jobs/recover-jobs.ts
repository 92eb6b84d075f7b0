import type { UnfinishedJob } from '../catalog/journal.ts';
import { Failure } from '../model/failure.ts';
import type { UpdateJob, UpdateJobState } from '../org/updates-port.ts';
import { abortOrphans } from './abort-orphans.ts';
import { concludeJob, type Concluded } from './conclude-job.ts';
import type { UpdateContext } from './update-context.ts';
import { awaited, nothingSent, type JobEnd } from './send-job.ts';

/**
 * Recovers the jobs that a process (or a failed step of this one) has left, by what the journal says:
 * no id: nothing was sent; open: abort, and nothing was sent; committing: the org is asked, and the records decide.
 * Afterwards no document is in a job, and each may be planned again from fresh values.
 */
export async function recoverJobs(context: UpdateContext): Promise<Concluded[]> {
  const recoveredJobs: Concluded[] = [];
  const left = (await context.catalog.unfinishedJobs()).filter(({ number }) => !context.inFlight.has(number));
  if (left.length > 0) await context.making.take(() => abortOrphans(context, left));
  for (const job of left) {
    context.log.event('job left over', { job: job.number, stage: job.stage, bulkJobId: job.bulkJobId });
    recoveredJobs.push(await recovered(context, job));
  }
  return recoveredJobs;
}

async function recovered(context: UpdateContext, job: UnfinishedJob): Promise<Concluded> {
  const { bulkJobId: jobId, apiVersion } = job;
  if (jobId === undefined || apiVersion === undefined) return await abandoned(context, job);
  const made: UpdateJob = { jobId, apiVersion, fields: job.fields };
  switch (job.stage) {
    case 'planned':
      return await abandoned(context, job);
    case 'open': {
      const state = await gone(() => context.org.updates.abort(made));
      // never closed by us: if it runs all the same, only the records tell
      if (state === 'gone' || state.state === 'Aborted') return await abandoned(context, job);
      return await concluded(context, job, await awaited(context, made));
    }
    case 'committing': {
      const state = await gone(() => context.org.updates.state(made));
      if (state === 'gone') return await concludeJob(context, job.number, { results: undefined, isLast: false });
      // the close never arrived; a job is never sent twice, so it ends here and its rows are planned again
      if (state.state === 'Open') await gone(() => context.org.updates.abort(made));
      return await concluded(context, job, await awaited(context, made));
    }
  }
}

/** Why the org refused a job of an earlier run stops nothing now: its rows are read back and planned again. */
async function concluded(context: UpdateContext, job: UnfinishedJob, { results }: JobEnd): Promise<Concluded> {
  return await concludeJob(context, job.number, { results, isLast: false });
}

async function abandoned({ catalog }: UpdateContext, { number }: UnfinishedJob): Promise<Concluded> {
  await catalog.abandonJob(number, 'never-sent');
  return nothingSent;
}

async function gone(ask: () => Promise<UpdateJobState>): Promise<UpdateJobState | 'gone'> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Failure && error.code === 'update-job-gone') return 'gone';
    throw error;
  }
}
