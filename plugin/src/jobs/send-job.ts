import type { DocumentId } from '@file-migration/config';
import type { JobNumber, PlannedUpdate } from '../catalog/journal-port.ts';
import type { UpdateJob, UpdateJobState, UpdateResults } from '../org/updates-port.ts';
import { UPDATE_JOB_GONE } from '../org/updates-port.ts';
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
  readonly leftAlone: number;
  /** Records that were gone or hidden when read. */
  readonly absent: number;
  /** From reading the values to the end of the job: how long an edit could fall between. Milliseconds. */
  readonly windowMs: number;
  /** Jobs that were under way when this one began, itself included; 0 when nothing was sent. */
  readonly atOnce: number;
};

/** What was settled of some intents without a job; carried over when a broken-off job is begun anew. */
export type SetAside = { readonly leftAlone: Set<DocumentId>; readonly absent: Set<DocumentId>; isRead: boolean };

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
 * One job of the protocol (DESIGN, phase 2, step 5): read → durable journal → rollback lines in the bucket → create →
 * keep the id → upload → keep `committing` → close → poll → results → read all back → settle. Whatever throws leaves a
 * journal from which `settleLeftovers` knows what to do; nothing here is tried twice.
 */
export async function sendJob(desk: UpdateContext, all: readonly Intent[], aside: SetAside): Promise<JobReport> {
  const { catalog, progress } = desk;
  const intents = all.filter(({ document }) => !aside.leftAlone.has(document) && !aside.absent.has(document));
  progress.jobIs('reading current values');
  const readAt = performance.now();
  const found = await readLinks(
    desk.org,
    desk.names,
    intents.map(({ document }) => document),
  );
  const { write, conflicts, absent, already } = sortIntents(intents, found);
  // what a broken-off job has written is counted where it was read back
  progress.settled({ confirmed: aside.isRead ? 0 : already.length, failed: absent.length, conflicts: 0 });
  aside.isRead = true;
  for (const document of absent) aside.absent.add(document);
  await backToBackup(desk, [...absent, ...already]);
  const out = () => ({ leftAlone: aside.leftAlone.size, absent: aside.absent.size });
  if (write.length + conflicts.length === 0) return { ...nothingSent, ...out(), windowMs: 0, atOnce: 0 };

  const job = await catalog.planJob({ run: desk.run, operation: desk.operation, fields: desk.fields });
  desk.inFlight.add(job);
  const atOnce = desk.inFlight.size;
  try {
    if (conflicts.length > 0) await catalog.recordConflicts(job, conflicts);
    for (const { document } of conflicts) aside.leftAlone.add(document);
    progress.settled({ confirmed: 0, failed: 0, conflicts: conflicts.length });
    await backToBackup(
      desk,
      conflicts.map(({ document }) => document),
    );
    if (write.length === 0) {
      await catalog.endJob(job);
      return { ...nothingSent, ...out(), windowMs: 0, atOnce: 0 };
    }
    const results = await written(desk, job, write);
    const windowMs = performance.now() - readAt;
    const concluded = await concludeJob(desk, job, results);
    desk.log.event('job ended', { job, rows: concluded.rows, confirmed: concluded.confirmed, ...out() });
    return { ...concluded, ...out(), windowMs, atOnce };
  } finally {
    desk.inFlight.delete(job);
    progress.jobIs(undefined);
  }
}

/** Everything between the plan and the job's own end. */
async function written(
  desk: UpdateContext,
  job: JobNumber,
  write: readonly PlannedUpdate[],
): Promise<UpdateResults | undefined> {
  const { catalog, storage, org, progress, signal } = desk;
  await catalog.planRows(job, write);
  progress.jobIs('storing rollback lines');
  const name = `${desk.catalogUuid}/run-${desk.run}/job-${job}.json`;
  await catalog.rollbackLinesAt(
    job,
    await storage.putRollbackLines(name, rollbackLines(desk.operation, write), signal),
  );

  const made = await desk.making.take(async () => {
    const open = await org.updates.create(desk.fields);
    await catalog.jobMade(job, { bulkJobId: open.jobId, apiVersion: open.apiVersion });
    return open;
  });
  desk.log.event('job made', { job, bulkJobId: made.jobId, rows: write.length });
  progress.jobIs('uploading');
  const values = write.map((row) => ({ id: row.document, values: columnValues(desk.names, desk.fields, row) }));
  await org.updates.upload(made, values);
  await catalog.jobCommitting(job);
  await org.updates.close(made);
  return await awaited(
    desk,
    made,
    write.map(({ document }) => document),
  );
}

/**
 * Waits for the end of a job that was closed; undefined when the org does not know it any more.
 * @param sent its rows, where they are known: a job that wrote them all need not list them
 */
export async function awaited(
  desk: UpdateContext,
  job: UpdateJob,
  sent?: readonly DocumentId[],
): Promise<UpdateResults | undefined> {
  const { updates } = desk.org;
  const onState = ({ state, processed }: UpdateJobState): void => desk.progress.jobIs(`${state}, ${processed} rows`);
  try {
    const closed = performance.now();
    const ended = await desk.wait.within(updates.ended(job, onState, desk.pace.expectedMs(sent?.length ?? 0)));
    // what was left by another process has worked for an unknown time already
    if (sent !== undefined) desk.pace.learn(sent.length, performance.now() - closed);
    if (ended.error !== undefined) desk.log.event('job failed', { bulkJobId: job.jobId, error: ended.error });
    if (sent !== undefined && ended.state === 'JobComplete' && ended.failed === 0 && ended.processed === sent.length) {
      return { successful: new Set(sent), failed: new Map(), unprocessed: new Set() };
    }
    return await updates.results(job, ended);
  } catch (error) {
    if (error instanceof Failure && error.code === UPDATE_JOB_GONE) return undefined;
    throw error;
  }
}
