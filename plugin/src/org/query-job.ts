import { Failure } from '../model/failure.ts';
import { backoffMs, wait, type Backoff } from '../async/backoff.ts';
import { dataPath, type OrgClient } from './client.ts';
import { classOfJobMessage } from './error-class.ts';
import { type QueryJobProgress, type QueryPosition } from './port.ts';

/** A Bulk API 2.0 query job, by its id and the version that made it (another version may not read it). */
export type QueryJob = Pick<QueryPosition, 'jobId' | 'apiVersion'>;

/**
 * Makes a query job and answers where reading starts. The server's clock is asked before, so that nothing which changes
 * while the job runs escapes the next incremental query. A lost answer leaves a job that nobody reads, which is harmless.
 */
export async function createQueryJob(client: OrgClient, query: string, withDeleted: boolean): Promise<QueryPosition> {
  const { apiVersion } = client.session;
  const { server } = await client.serverTime();
  const job = (await client.json({
    method: 'POST',
    path: dataPath(apiVersion, 'jobs/query'),
    body: {
      operation: withDeleted ? 'queryAll' : 'query',
      query,
      contentType: 'CSV',
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
    },
    repeatable: true,
  })) as JobInfo;
  return { jobId: job.id, apiVersion, startedAt: server, done: false };
}

/** Waits until a job's result can be read. @returns how many rows it has, where the org says so */
export async function awaitQueryJob(
  client: OrgClient,
  job: QueryJob,
  poll: Backoff,
  onJob: ((progress: QueryJobProgress) => void) | undefined,
): Promise<number | undefined> {
  for (let nth = 1; ; nth++) {
    const info = (await client.json({ path: jobPath(job), explain: whenGone(job) })) as JobInfo;
    onJob?.({ id: info.id, state: info.state, records: info.numberRecordsProcessed ?? 0 });
    switch (info.state) {
      case 'JobComplete':
        return info.numberRecordsProcessed;
      case 'Failed':
        throw jobFailed(info);
      case 'Aborted':
        throw new Failure(`Somebody aborted the query job ${info.id} in Salesforce (Setup > Bulk Data Load Jobs).`, {
          code: 'query-job-aborted',
          actions: ['Find out who stopped it and why; the next backup asks anew: sf migrate files backup'],
        });
      default:
        await wait(backoffMs(poll, nth), client.signal);
    }
  }
}

/**
 * Ends a job: one that still runs is aborted (it cannot be deleted), any other deleted. One that is gone already is fine.
 */
export async function endQueryJob(client: OrgClient, job: QueryJob): Promise<void> {
  const path = jobPath(job);
  try {
    const { state } = (await client.json({ path, explain: whenGone(job) })) as JobInfo;
    if (state === 'UploadComplete' || state === 'InProgress') {
      await client.json({
        method: 'PATCH',
        path,
        body: { state: 'Aborted' },
        repeatable: true,
        explain: whenGone(job),
      });
    } else {
      await client.done({ method: 'DELETE', path, explain: whenGone(job) });
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'query-job-gone') throw error;
  }
}

export function jobPath({ jobId, apiVersion }: QueryJob, rest = ''): string {
  return dataPath(apiVersion, `jobs/query/${encodeURIComponent(jobId)}${rest}`);
}

/**
 * 404: deleted, or older than 7 days; 409: another version made it. Where to read on may be refused as well (400): the
 * locator is Salesforce's own, so a refused one is an old one.
 */
export function whenGone({ jobId }: QueryJob, locator?: string): (status: number, failure: Failure) => Failure {
  return (status, failure) =>
    status === 404 || status === 409 || (status === 400 && locator !== undefined)
      ? new Failure(`The query job ${jobId} cannot be read any more; the query has to start anew.`, {
          code: 'query-job-gone',
          cause: failure,
        })
      : failure;
}

function jobFailed({ id, errorMessage = 'no reason given' }: JobInfo): Failure {
  return new Failure(`Salesforce failed the query job ${id}: ${errorMessage.slice(0, 500)}`, {
    code: 'query-job-failed',
    failureClass: classOfJobMessage(errorMessage),
    actions: ['sf migrate files doctor'],
  });
}

type JobInfo = {
  readonly id: string;
  readonly state: 'UploadComplete' | 'InProgress' | 'Aborted' | 'JobComplete' | 'Failed';
  readonly numberRecordsProcessed?: number;
  readonly errorMessage?: string;
};
