import { backoffMs, wait, type Backoff } from './backoff.ts';
import type { OrgClient } from './client.ts';
import { documentOf, documentQuery, type DocumentColumns } from './document-columns.ts';
import type { DocumentBatch, DocumentQuery, QueryPosition } from './port.ts';
import { awaitQueryJob, createQueryJob, endQueryJob } from './query-job.ts';
import { readPage } from './query-page.ts';

/** Rows of one page: what is read again after a break, at most; 26 pages for 1.3 million documents. */
const PAGE_ROWS = 50_000;

/** The document query by a Bulk API 2.0 job, as {@link DocumentBatch}es. The job is deleted when all of it was taken. */
export async function* queryDocuments(
  client: OrgClient,
  columns: DocumentColumns,
  poll: Backoff,
  request: DocumentQuery,
): AsyncGenerator<DocumentBatch> {
  const { resume, pageRows = PAGE_ROWS, withDeleted = false } = request;
  let position = resume ?? (await createQueryJob(client, documentQuery(columns, request), withDeleted));
  if (position.done) return;
  yield { documents: [], position };
  // no job that was made just now has ended already
  if (resume === undefined) await wait(backoffMs(poll, 1), client.signal);
  await awaitQueryJob(client, position, poll, request.onJob);
  while (!position.done) {
    const page = { job: position, locator: position.locator, maxRows: pageRows, header: columns.select };
    for await (const { rows, end } of readPage(client, page)) {
      if (end !== undefined) position = after(position, end.next);
      yield { documents: rows.map((cells) => documentOf(columns, cells)), position };
    }
  }
  // Salesforce deletes it after 7 days anyway: no reason to fail now that everything is here.
  await endQueryJob(client, position).catch(() => undefined);
}

function after({ jobId, apiVersion, startedAt }: QueryPosition, next: string | undefined): QueryPosition {
  const job = { jobId, apiVersion, startedAt };
  return next === undefined ? { ...job, done: true } : { ...job, locator: next, done: false };
}
