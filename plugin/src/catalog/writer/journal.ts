import { Failure } from '../../model/failure.ts';
import type { ConcludedUpdate, JobNumber, Journal, UnfinishedJob } from '../journal.ts';
import { linkWritten } from '../rules/link-written.ts';
import type { Synchronous } from '../synchronous.ts';
import type { Change, WriterContext } from './transactions.ts';

type Writes = Pick<
  Synchronous<Journal>,
  | 'planJob'
  | 'planRows'
  | 'recordConflicts'
  | 'rollbackLinesAt'
  | 'jobMade'
  | 'jobCommitting'
  | 'abandonJob'
  | 'concludeRows'
  | 'endJob'
>;

/** What is about to be written to the org, and what became of it. Each call is on the disk when it returns. */
export function journal(context: WriterContext): Writes {
  const { tables, now, durably } = context;
  const { updateJobs, urlUpdates } = tables;

  const unfinished = (number: JobNumber): UnfinishedJob => {
    const job = updateJobs.find(number);
    if (job === undefined) throw outOfStep(number, 'is not known');
    return job;
  };

  return {
    planJob: (job) => durably(() => updateJobs.insert(job, now())),
    planRows: (number, rows) =>
      durably(() => {
        const job = unfinished(number);
        if (job.stage !== 'planned') throw outOfStep(number, `is ${job.stage} already`);
        for (const row of rows) urlUpdates.plan(job, row, now());
        return rows.length;
      }),
    recordConflicts: (number, rows) =>
      durably((change) => {
        const job = unfinished(number);
        for (const row of rows) {
          urlUpdates.conflict(job, row, now());
          const found = tables.documents.find(row.document);
          if (found === undefined) continue;
          const seen = { state: 'conflict', found: row.before } as const;
          change.update(
            found,
            linkWritten(found.document, { id: 0 as ConcludedUpdate['id'], ...seen }, context.parseOurLink),
          );
        }
        return rows.length;
      }),
    rollbackLinesAt: (number, key) => durably(() => updateJobs.linesAt(number, key)),
    jobMade: (number, { bulkJobId, apiVersion }) =>
      durably(() => {
        if (!updateJobs.made(number, bulkJobId, apiVersion)) throw outOfStep(number, 'has an id already');
        urlUpdates.toJob(number, bulkJobId);
      }),
    jobCommitting: (number) =>
      durably(() => {
        if (!updateJobs.committing(number, now())) throw outOfStep(number, 'is not open');
        urlUpdates.sent(number, now());
      }),
    abandonJob: (number, code) =>
      durably(() => {
        const abandoned = urlUpdates.abandon(number, code, now());
        updateJobs.end(number, now());
        return abandoned;
      }),
    concludeRows: (number, rows) => durably((change) => concludeRows(context, change, unfinished(number), rows)),
    endJob: (number) =>
      durably(() => {
        if (urlUpdates.open(number, 0, 1).length > 0) throw outOfStep(number, 'has rows that are not concluded');
        updateJobs.end(number, now());
      }),
  };
}

function concludeRows(
  { tables, now, parseOurLink }: WriterContext,
  change: Change,
  job: UnfinishedJob,
  rows: readonly ConcludedUpdate[],
): number {
  const { urlUpdates, documents, runs, errors } = tables;
  let concluded = 0;
  let failed = 0;
  let retried = 0;
  for (const row of rows) {
    const { id, state, code, message, failureClass = 'skip', isLast = false } = row;
    const known = urlUpdates.find(id);
    if (known === undefined || !urlUpdates.conclude(job.number, id, { state, code, message }, now())) continue;
    concluded += 1;
    if (state === 'confirmed') {
      urlUpdates.supersede(known.document, id);
      errors.close(known.document);
    }
    const found = documents.find(known.document);
    if (found !== undefined) {
      const written = linkWritten(found.document, row, parseOurLink);
      if (written.link !== found.document.link || written.divergingUrl !== found.document.divergingUrl) {
        change.update(found, written);
      }
    }
    if (state !== 'failed') continue;
    if (failureClass === 'retry' && !isLast) {
      retried += 1;
      continue;
    }
    failed += 1;
    const { document, before } = known;
    errors.add({
      run: job.run,
      document,
      code: code ?? 'unexpected',
      failureClass,
      message: message ?? '',
      originalUrl: before.url,
      now: now(),
    });
  }
  runs.add(job.run, { processed: concluded - retried, failed, retried }, now());
  return concluded;
}

function outOfStep(job: JobNumber, what: string): Failure {
  return new Failure(`Job ${job} of the journal ${what}.`, { code: 'journal-out-of-step' });
}
