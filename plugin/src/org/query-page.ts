import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FailureCode } from '../model/failure-codes.ts';
import { Failure } from '../model/failure.ts';
import { backoffMs, wait } from '../async/backoff.ts';
import type { OrgAnswer, OrgClient } from './client.ts';
import { CsvError, csvRows } from './csv-rows.ts';
import { jobPath, whenGone, type QueryJob } from './query-job.ts';

/** One page of a query job's result. */
export type PageRequest = {
  readonly job: QueryJob;
  /** Undefined: the first page. */
  readonly locator: string | undefined;
  readonly maxRows: number;
  /** The columns of the SELECT: what the first page's header must say. */
  readonly header: readonly string[];
};

/** Some rows of a page; the last part, and no other, says where the next page is. */
export type PagePart = {
  readonly rows: readonly (readonly string[])[];
  readonly end?: { readonly next: string | undefined; readonly rows: number };
};

/** Rows that one part holds: one transaction of the catalog. */
const PART_ROWS = 500;
/** Of the first part of a page: what is to be done with the rows begins with those, and does not wait for the others. */
const FIRST_PART_ROWS = 100;
/** A cell holds at most 131,072 characters (a long text area); a quote that never closes must not fill the memory. */
const LONGEST_ROW = 1 << 20;
const TRIES = 6;

/**
 * Streams one page. When the connection breaks or rows are missing at its end, the page is read again and parts that
 * were handed out already are left out, so that none is missing; should the org order the rows otherwise this time, a
 * row may come twice.
 */
export async function* readPage(client: OrgClient, request: PageRequest): AsyncGenerator<PagePart> {
  const handedOut: string[] = [];
  for (let nth = 1; ; nth++) {
    const before = handedOut.length;
    try {
      yield* readOnce(client, request, handedOut);
      return;
    } catch (error) {
      client.signal?.throwIfAborted();
      if (!(error instanceof Failure) || !PASSING.has(error.code)) throw error;
      if (handedOut.length > before) nth = 1;
      if (nth >= TRIES) throw error;
      await wait(backoffMs(client.backoff, nth), client.signal);
    }
  }
}

async function* readOnce(client: OrgClient, request: PageRequest, handedOut: string[]): AsyncGenerator<PagePart> {
  const answer = await client.open(resultsOf(request));
  const { next, count } = pageHeaders(answer, request);
  let received = 0;
  let part: string[][] = [];
  let parts = 0;
  for await (const rows of rowsOf(answer.body, request)) {
    received += rows.length;
    for (const cells of rows) {
      part.push(cells);
      if (part.length < (parts === 0 ? FIRST_PART_ROWS : PART_ROWS)) continue;
      const digest = hash('sha1', part.map(([id]) => id).join());
      if (handedOut[parts] !== digest) {
        handedOut[parts] = digest;
        yield { rows: part };
      }
      parts++;
      part = [];
    }
  }
  if (received !== count) throw broken(request, `${received} of ${count} rows arrived`);
  yield { rows: part, end: { next, rows: count } };
}

/** The rows of a page without its header, as they arrive; whatever breaks here breaks the page. */
async function* rowsOf(body: Readable, request: PageRequest): AsyncGenerator<readonly string[][]> {
  let first = true;
  try {
    for await (const rows of csvRows(body, LONGEST_ROW)) {
      const [top] = rows;
      if (top === undefined) continue;
      // Every page repeats the header; a first row that is none is data.
      const data = first && isHeader(top, request) ? rows.slice(1) : rows;
      first = false;
      if (data.some(({ length }) => length !== request.header.length)) throw broken(request, 'a row has other columns');
      yield data;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw broken(request, error instanceof CsvError ? error.message : 'the connection broke', error);
  }
}

function isHeader(cells: readonly string[], { header, locator, job }: PageRequest): boolean {
  const equal =
    cells.length === header.length && cells.every((cell, i) => cell.toLowerCase() === header[i]?.toLowerCase());
  if (equal || locator !== undefined) return equal;
  throw new Failure(
    `The result of query job ${job.jobId} has the columns ${cells.slice(0, 20).join(', ').slice(0, 300)}.`,
    {
      code: 'query-foreign-columns',
      actions: [`Expected were ${header.join(', ')}: start the query anew.`],
    },
  );
}

function resultsOf({ job, locator, maxRows }: PageRequest) {
  const parameters = new URLSearchParams({
    maxRecords: String(maxRows),
    ...(locator === undefined ? {} : { locator }),
  });
  return {
    path: jobPath(job, `/results?${parameters.toString()}`),
    accept: 'text/csv',
    explain: whenGone(job, locator),
  };
}

/** Without these two headers an end looks like a cut: a page that lacks them is not read. */
function pageHeaders({ headers, body }: OrgAnswer, request: PageRequest): { next: string | undefined; count: number } {
  const locator = headers['sforce-locator'];
  const count = Number(headers['sforce-numberofrecords']);
  if (typeof locator === 'string' && Number.isInteger(count)) {
    return { next: locator === 'null' || locator === '' ? undefined : locator, count };
  }
  body.destroy();
  const type = headers['content-type'];
  if (type !== undefined && !type.includes('csv')) throw broken(request, `instead of rows came ${type.slice(0, 80)}`);
  throw new Failure('Salesforce sent a page of a query result without its Sforce headers.', {
    code: 'query-headers-missing',
    actions: ['Let no proxy remove Sforce-Locator and Sforce-NumberOfRecords from answers.'],
  });
}

/** What another try of the same page may not meet again. */
const PASSING: ReadonlySet<FailureCode> = new Set<FailureCode>(['query-page-broken', 'query-headers-missing']);

function broken({ job }: PageRequest, what: string, cause?: unknown): Failure {
  return new Failure(`A page of query job ${job.jobId} came incomplete: ${what}.`, {
    code: 'query-page-broken',
    cause,
  });
}
