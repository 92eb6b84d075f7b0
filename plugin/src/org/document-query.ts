import type { FailureCode } from '../model/failure-codes.ts';
import { Failure } from '../model/failure.ts';
import { backoffMs, wait, type Backoff } from '../async/backoff.ts';
import type { OrgClient } from './client.ts';
import { documentOf, documentQuery, type DocumentColumns } from './document-columns.ts';
import type { DocumentBatch, DocumentQuery, QueryPosition } from './port.ts';
import { awaitQueryJob, createQueryJob, endQueryJob } from './query-job.ts';
import { readPage } from './query-page.ts';

/** Rows of one page: what is read again after a break, at most; 26 pages for 1.3 million documents. */
const PAGE_ROWS = 50_000;
/** Times that a page is read which says that it is the last one, before the org's count of rows is believed to be short. */
const LAST_PAGE_TRIES = 3;

/** Why an old job brings nothing any more, however often it is read. */
const DEAD: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'query-job-failed',
  'query-job-aborted',
  'query-foreign-columns',
  'query-incomplete',
]);

/**
 * The document query by a Bulk API 2.0 job, as {@link DocumentBatch}es. The job is deleted when all of it was taken. A
 * new job that fails for a reason that may pass is made once more at once.
 */
export async function* queryDocuments(
  client: OrgClient,
  columns: DocumentColumns,
  poll: Backoff,
  request: DocumentQuery,
): AsyncGenerator<DocumentBatch> {
  const { resume } = request;
  if (resume?.done === true) return;
  if (resume !== undefined) {
    try {
      yield* readJob(client, columns, poll, { ...request, position: resume });
    } catch (error) {
      if (!(error instanceof Failure) || !DEAD.has(error.code)) throw error;
      await endQueryJob(client, resume).catch(() => undefined);
      throw new Failure(error.message, { code: 'query-job-gone', cause: error });
    }
    return;
  }
  const make = (): Promise<QueryPosition> =>
    createQueryJob(client, documentQuery(columns, request), request.withDeleted === true);
  const first = await make();
  try {
    yield* readJob(client, columns, poll, { ...request, position: first });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'query-job-failed' || error.failureClass !== 'retry') throw error;
    await endQueryJob(client, first).catch(() => undefined);
    yield* readJob(client, columns, poll, { ...request, position: await make() });
  }
}

async function* readJob(
  client: OrgClient,
  columns: DocumentColumns,
  poll: Backoff,
  { resume, position: start, pageRows = PAGE_ROWS, onJob }: DocumentQuery & { readonly position: QueryPosition },
): AsyncGenerator<DocumentBatch> {
  let position = start;
  yield { documents: [], position };
  // no job that was made just now has ended already
  if (resume === undefined) await wait(backoffMs(poll, 1), client.signal);
  const found = await awaitQueryJob(client, position, poll, onJob);
  for (let tries = 1; !position.done; tries++) {
    const page = { job: position, locator: position.locator, maxRows: pageRows, header: columns.select };
    let short: number | undefined;
    for await (const { rows, end } of readPage(client, page)) {
      if (end !== undefined) {
        const next = after(position, end);
        short = missing(next, found);
        if (short === undefined) [position, tries] = [next, 0];
      }
      yield { documents: rows.map((cells) => documentOf(columns, cells)), position };
    }
    if (short === undefined) continue;
    if (tries >= LAST_PAGE_TRIES) throw incomplete(position, short, found);
    await wait(backoffMs(client.backoff, tries), client.signal);
  }
  // Salesforce deletes it after 7 days anyway: no reason to fail now that everything is here.
  await endQueryJob(client, position).catch(() => undefined);
}

function after(
  { jobId, apiVersion, startedAt, locator, rows }: QueryPosition,
  page: { readonly next: string | undefined; readonly rows: number },
): QueryPosition {
  const before = locator === undefined ? 0 : rows;
  const job = { jobId, apiVersion, startedAt, ...(before !== undefined && { rows: before + page.rows }) };
  return page.next === undefined ? { ...job, done: true } : { ...job, locator: page.next, done: false };
}

/** How many rows the pages have brought, where they end before all that the org found; a chain can break like a page. */
function missing({ done, rows }: QueryPosition, found: number | undefined): number | undefined {
  return done && rows !== undefined && found !== undefined && rows < found ? rows : undefined;
}

function incomplete({ jobId }: QueryPosition, rows: number, found: number | undefined): Failure {
  return new Failure(
    `The pages of query job ${jobId} end after ${rows} of the ${found ?? 0} rows that Salesforce found.`,
    {
      code: 'query-incomplete',
      actions: ['Let no proxy change Sforce-Locator, then run the command again: it asks anew.'],
    },
  );
}
