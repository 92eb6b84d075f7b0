import type { DocumentId } from '@file-migration/config';
import type { JobNumber, PlannedUpdate } from '../catalog/journal.ts';
import type { UpdateJob, UpdateJobState, UpdateResults } from '../org/updates-port.ts';
import { Failure } from '../model/failure.ts';
import { backToBackup } from './back-to-backup.ts';
import { concludeJob, type Concluded } from './conclude-job.ts';
import type { Intent, UpdateContext } from './update-context.ts';
import { columnValues, readLinks } from './link-fields.ts';
import { rollbackLines } from './rollback-lines.ts';
import { sortIntents } from './sort-intents.ts';

/** What one job did. */
export type JobReport = Concluded & {
  /** Values that were not the expected ones when read: never sent. */
  readonly skipped: number;
  /** Records that were gone or hidden when read. */
  readonly absent: number;
  /** From reading the values to the end of the job: how long an edit could fall between. Milliseconds. */
  readonly windowMs: number;
  /** Jobs that were under way when this one began, itself included; 0 when nothing was sent. */
  readonly atOnce: number;
};

/** Documents that need no job, or may not be in one; carried over when a broken-off job is begun anew. */
export type SetAside = {
  readonly skipped: Set<DocumentId>;
  readonly absent: Set<DocumentId>;
  isRead: boolean;
  /** What fails in passing now is not sent again. */
  readonly isLast: boolean;
};

/** How a job ended in the org. */
export type JobEnd = {
  /** Undefined when the org does not know the job any more. */
  readonly results: UpdateResults | undefined;
  /** Why nothing more should be sent: the org refused the job as such, or somebody stopped it. */
  readonly refusal: Failure | undefined;
};

/** Of a job that wrote nothing. */
export const nothingSent: Concluded = {
  rows: 0,
  confirmed: 0,
  conflicts: 0,
  locked: 0,
  again: [],
  failures: new Map(),
};

/**
 * One job: read → durable journal → rollback lines in the bucket → create →
 * keep the id → upload → keep `committing` → close → poll → results → read all back → conclude. Whatever throws leaves a
 * journal from which `recoverJobs` knows what to do; nothing here is tried twice.
 */
export async function sendJob(context: UpdateContext, all: readonly Intent[], aside: SetAside): Promise<JobReport> {
  const { catalog, progress } = context;
  const intents = all.filter(({ document }) => !aside.skipped.has(document) && !aside.absent.has(document));
  progress.jobIs({ kind: 'job-step', step: 'read-values' });
  const readAt = performance.now();
  const found = await readLinks(
    context.org,
    context.names,
    intents.map(({ document }) => document),
  );
  const { write, conflicts, absent, already } = sortIntents(intents, found);
  // what a broken-off job has written is counted where it was read back
  progress.count({ confirmed: aside.isRead ? 0 : already.length, failed: absent.length, conflicts: 0 });
  aside.isRead = true;
  for (const document of absent) aside.absent.add(document);
  await backToBackup(context, [...absent, ...already]);
  const out = () => ({ skipped: aside.skipped.size, absent: aside.absent.size });
  if (write.length + conflicts.length === 0) return { ...nothingSent, ...out(), windowMs: 0, atOnce: 0 };

  const job = await catalog.planJob({ run: context.run, operation: context.operation, fields: context.fields });
  context.inFlight.add(job);
  const atOnce = context.inFlight.size;
  try {
    if (conflicts.length > 0) await catalog.recordConflicts(job, conflicts);
    for (const { document } of conflicts) aside.skipped.add(document);
    progress.count({ confirmed: 0, failed: 0, conflicts: conflicts.length });
    await backToBackup(
      context,
      conflicts.map(({ document }) => document),
    );
    if (write.length === 0) {
      await catalog.endJob(job);
      return { ...nothingSent, ...out(), windowMs: 0, atOnce: 0 };
    }
    const { results, refusal } = await written(context, job, write);
    const windowMs = performance.now() - readAt;
    const concluded = await concludeJob(context, job, { results, isLast: aside.isLast });
    if (refusal !== undefined) throw refusal;
    context.log.event('job ended', { job, rows: concluded.rows, confirmed: concluded.confirmed, ...out() });
    return { ...concluded, ...out(), windowMs, atOnce };
  } finally {
    context.inFlight.delete(job);
    progress.jobIs(undefined);
  }
}

/** Everything between the plan and the job's own end. */
async function written(context: UpdateContext, job: JobNumber, write: readonly PlannedUpdate[]): Promise<JobEnd> {
  const { catalog, storage, org, progress, signal } = context;
  await catalog.planRows(job, write);
  progress.jobIs({ kind: 'job-step', step: 'store-rollback' });
  const name = `${context.catalogUuid}/run-${context.run}/job-${job}.json`;
  await catalog.rollbackLinesAt(
    job,
    await storage.putRollbackLines(name, rollbackLines(context.operation, write), signal),
  );

  const made = await context.making.take(async () => {
    const open = await org.updates.create(context.fields);
    await catalog.jobMade(job, { bulkJobId: open.jobId, apiVersion: open.apiVersion });
    return open;
  });
  context.log.event('job made', { job, bulkJobId: made.jobId, rows: write.length });
  progress.jobIs({ kind: 'job-step', step: 'upload' });
  const values = write.map((row) => ({ id: row.document, values: columnValues(context.names, context.fields, row) }));
  await org.updates.upload(made, values);
  await catalog.jobCommitting(job);
  await org.updates.close(made);
  return await awaited(
    context,
    made,
    write.map(({ document }) => document),
  );
}

/**
 * Waits for the end of a job that was closed.
 * @param sent its rows, where they are known: a job that wrote them all need not list them
 */
export async function awaited(context: UpdateContext, job: UpdateJob, sent?: readonly DocumentId[]): Promise<JobEnd> {
  const { log, progress, wait, duration } = context;
  const { updates } = context.org;
  const onState = ({ state, processed }: UpdateJobState): void =>
    progress.jobIs({ kind: 'job', state, rows: processed });
  try {
    const closed = performance.now();
    const ended = await wait.within(updates.ended(job, onState, duration.expectedMs(sent?.length ?? 0)));
    // what was left by another process has worked for an unknown time already
    if (sent !== undefined) duration.learn(sent.length, performance.now() - closed);
    if (ended.error !== undefined) log.event('job failed', { bulkJobId: job.jobId, error: ended.error.message });
    if (sent !== undefined && ended.state === 'JobComplete' && ended.failed === 0 && ended.processed === sent.length) {
      return { results: { successful: new Set(sent), failed: new Map(), unprocessed: new Set() }, refusal: undefined };
    }
    const results = await updates.results(job, ended);
    if (results.missing !== undefined) log.event('results missing', { bulkJobId: job.jobId, why: results.missing });
    return { results, refusal: refusalOf(job, ended) };
  } catch (error) {
    if (error instanceof Failure && error.code === 'update-job-gone') return { results: undefined, refusal: undefined };
    throw error;
  }
}

function refusalOf({ jobId }: UpdateJob, { state, error }: UpdateJobState): Failure | undefined {
  if (state === 'Aborted') {
    return new Failure(`Somebody aborted the job ${jobId} in Salesforce (Setup > Bulk Data Load Jobs).`, {
      code: 'stopped',
      failureClass: 'stop',
      actions: ['Find out who stopped it and why', 'Then: sf migrate files switch resume'],
    });
  }
  if (error === undefined || error.failureClass === 'retry' || error.failureClass === 'skip') return undefined;
  return new Failure(`Salesforce refused the job ${jobId}: ${error.message}`, {
    code: 'update-job-refused',
    failureClass: error.failureClass,
    actions: [
      'Fix what it names (a field, a permission, a feature): sf migrate files doctor',
      'Then: sf migrate files switch resume',
    ],
  });
}
