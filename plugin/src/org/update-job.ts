import { Failure } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import { backoffMs, wait, type Backoff } from '../async/backoff.ts';
import { dataPath, type OrgClient } from './client.ts';
import { classOfJobMessage } from './error-class.ts';
import { UPLOAD_DELIMITER, updateCsv } from './update-rows.ts';
import type { OpenUpdateJob, UpdateJob, UpdateJobState, UpdateRow } from './updates-port.ts';

/** Share of the expected time after which a job is first asked after: most are then nearly done. */
const EXPECTED_SHARE = 0.9;
/** However slow jobs have been, the first look comes within this. */
const LONGEST_FIRST_WAIT_MS = 120_000;
/** Times that a job's state is asked after a lost answer to a change of it, before giving up. */
const STATE_TRIES = 5;

/**
 * Makes an open job, which changes nothing yet. It is never sent twice: when the answer is lost (class `retry`), an
 * orphan may be open; see {@link openUpdateJobs}.
 */
export async function createUpdateJob(
  client: OrgClient,
  object: string,
  fields: readonly string[],
): Promise<UpdateJob> {
  const { apiVersion } = client.session;
  const { id } = (await client.json({
    method: 'POST',
    path: dataPath(apiVersion, 'jobs/ingest'),
    body: { object, operation: 'update', contentType: 'CSV', columnDelimiter: UPLOAD_DELIMITER, lineEnding: 'LF' },
    writes: true,
  })) as RawJob;
  return { jobId: id, apiVersion, fields };
}

/**
 * Uploads the rows of an open job, all at once; the org does nothing with them before the job is closed. When the answer
 * is lost (class `retry`), abort the job and make another.
 */
export async function uploadRows(client: OrgClient, job: UpdateJob, rows: readonly UpdateRow[]): Promise<void> {
  const csv = updateCsv(job.fields, rows);
  await client.done({
    method: 'PUT',
    path: jobPath(job, '/batches'),
    content: { type: 'text/csv; charset=UTF-8', body: csv },
    repeatable: false,
    writes: true,
    explain: whenGone(job),
  });
}

/** Lets the org begin. After a lost answer the job's state is asked for; closing twice runs a job once. */
export async function closeUpdateJob(client: OrgClient, job: UpdateJob): Promise<UpdateJobState> {
  return changeState(client, job, 'UploadComplete', ({ state }) => state !== 'Open');
}

/**
 * Ends a job; answers the state it really has, because one that was complete already stays so.
 * Rows that were updated before the abort stay updated.
 */
export async function abortUpdateJob(client: OrgClient, job: UpdateJob): Promise<UpdateJobState> {
  return changeState(client, job, 'Aborted', ({ state }) => isEnd(state));
}

export async function updateJobState(client: OrgClient, job: UpdateJob): Promise<UpdateJobState> {
  return stateOf((await client.json({ path: jobPath(job), explain: whenGone(job) })) as RawJob);
}

/** Asks for the state, with growing pauses, until the job has ended. */
export async function endOfUpdateJob(
  client: OrgClient,
  job: UpdateJob,
  {
    poll,
    onState,
    expectedMs = 0,
  }: {
    readonly poll: Backoff;
    readonly onState?: ((state: UpdateJobState) => void) | undefined;
    readonly expectedMs?: number | undefined;
  },
): Promise<UpdateJobState> {
  const first = Math.min(expectedMs * EXPECTED_SHARE, LONGEST_FIRST_WAIT_MS);
  if (first > poll.firstMs) await wait(first, client.signal);
  const pauses = { firstMs: Math.max(poll.firstMs, first / 8), mostMs: Math.max(poll.mostMs, first / 4) };
  for (let nth = 1; ; nth++) {
    const now = await updateJobState(client, job);
    onState?.(now);
    if (isEnd(now.state)) return now;
    await wait(backoffMs(pauses, nth), client.signal);
  }
}

function isEnd(state: UpdateJobState['state']): boolean {
  return state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
}

/**
 * Open update jobs of this user on an object that look like ours: made with a delimiter that hardly anybody else uses.
 * Other programs may work as the same user, and on the same object.
 */
export async function openUpdateJobs(client: OrgClient, object: string, userId: string): Promise<OpenUpdateJob[]> {
  const open: OpenUpdateJob[] = [];
  let path: string | undefined = dataPath(client.session.apiVersion, 'jobs/ingest?jobType=V2Ingest');
  while (path !== undefined) {
    const page = (await client.json({ path })) as JobPage;
    for (const job of page.records) {
      if (job.state !== 'Open' || job.operation !== 'update') continue;
      if (job.object !== object || !job.createdById.startsWith(userId.slice(0, 15))) continue;
      if (job.columnDelimiter !== UPLOAD_DELIMITER) continue;
      const createdAt = Date.parse(job.createdDate);
      open.push({ jobId: job.id, apiVersion: job.apiVersion.toFixed(1), fields: [], createdAt });
    }
    path = page.done ? undefined : (page.nextRecordsUrl ?? undefined);
  }
  return open;
}

export function jobPath({ jobId, apiVersion }: UpdateJob, rest = ''): string {
  return dataPath(apiVersion, `jobs/ingest/${encodeURIComponent(jobId)}${rest}`);
}

export function whenGone({ jobId }: UpdateJob): (status: number, failure: Failure) => Failure {
  return (status, failure) =>
    status === 404
      ? new Failure(`Salesforce knows no update job ${jobId} any more.`, {
          code: 'update-job-gone',
          cause: failure,
        })
      : failure;
}

/** Asks for a state until the org says that the job has it, or refuses for good. */
async function changeState(
  client: OrgClient,
  job: UpdateJob,
  state: 'UploadComplete' | 'Aborted',
  reached: (job: UpdateJobState) => boolean,
): Promise<UpdateJobState> {
  for (let nth = 1; ; nth++) {
    try {
      const request = { method: 'PATCH', path: jobPath(job), body: { state }, writes: true } as const;
      return stateOf((await client.json({ ...request, explain: whenGone(job) })) as RawJob);
    } catch (error) {
      if (!(error instanceof Failure) || FINAL.has(error.code) || error.failureClass === 'pause') throw error;
      // The answer was lost, or the job is past this state: its state says which.
      const now = await updateJobState(client, job);
      if (reached(now)) return now;
      if (error.failureClass !== 'retry' || nth >= STATE_TRIES) throw error;
      await wait(backoffMs(client.backoff, nth), client.signal);
    }
  }
}

/** Nothing was sent, or there is nobody to ask. */
const FINAL: ReadonlySet<FailureCode> = new Set(['update-job-gone', 'session-expired', 'lock-lost']);

function stateOf(job: RawJob): UpdateJobState {
  return {
    state: job.state,
    processed: job.numberRecordsProcessed ?? 0,
    failed: job.numberRecordsFailed ?? 0,
    error:
      job.errorMessage === undefined
        ? undefined
        : { message: job.errorMessage.slice(0, 500), failureClass: classOfJobMessage(job.errorMessage) },
  };
}

type RawJob = {
  readonly id: string;
  readonly object: string;
  readonly operation: string;
  readonly createdById: string;
  readonly createdDate: string;
  readonly columnDelimiter: string;
  readonly apiVersion: number;
  readonly state: UpdateJobState['state'];
  readonly numberRecordsProcessed?: number;
  readonly numberRecordsFailed?: number;
  readonly errorMessage?: string;
};

type JobPage = { readonly records: readonly RawJob[]; readonly done: boolean; readonly nextRecordsUrl?: string | null };
