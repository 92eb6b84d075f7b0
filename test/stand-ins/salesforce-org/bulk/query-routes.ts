import { z } from 'zod';
import { ApiError } from '../http/api-error.ts';
import { apiRoute, type Answer, type Route, type SessionCall } from '../http/router.ts';
import { csvLine, delimiterSchema, lineEndingSchema } from './csv-format.ts';
import type { QueryJob } from './query-jobs.ts';

const createSchema = z.object({
  operation: z.enum(['query', 'queryAll']),
  query: z.string(),
  contentType: z.literal('CSV').optional(),
  columnDelimiter: delimiterSchema.optional(),
  lineEnding: lineEndingSchema.optional(),
});
const MOST_PAGES = 5;

function jobJson(job: QueryJob): Record<string, unknown> {
  const done = job.state === 'JobComplete' || job.state === 'Failed';
  return {
    id: job.id,
    operation: job.operation,
    object: job.query.object.name,
    createdById: job.userId,
    createdDate: isoTime(job.madeAt),
    systemModstamp: isoTime(job.changedAt),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: job.version,
    jobType: 'V2Query',
    ...job.format,
    ...(done ? { numberRecordsProcessed: job.results.rows } : {}),
    retries: 0,
    totalProcessingTime: Math.max(job.changedAt - job.madeAt, 0),
    isPkChunkingSupported: job.chunked,
    ...(job.error === undefined ? {} : { errorMessage: job.error }),
  };
}

export function isoTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '+0000');
}

function jobOf(call: SessionCall): QueryJob {
  return call.org.queryJobs.book.find(call.params.id ?? '', call.user.id);
}

async function answerCreate(call: SessionCall): Promise<Answer> {
  const body = createSchema.safeParse(await call.json());
  if (!body.success) throw new ApiError(400, 'INVALIDJOB', z.prettifyError(body.error));
  const { operation, query, columnDelimiter = 'COMMA', lineEnding = 'LF' } = body.data;
  const format = { columnDelimiter, lineEnding };
  const job = call.org.queryJobs.create(call.user, { soql: query, operation, format, version: call.version });
  return { status: 200, json: jobJson(job) };
}

async function answerAbort(call: SessionCall): Promise<Answer> {
  const job = jobOf(call);
  const body = z.object({ state: z.literal('Aborted') }).safeParse(await call.json());
  if (!body.success) throw new ApiError(400, 'INVALIDJOBSTATE', 'A query job can only be Aborted');
  call.org.queryJobs.abort(job);
  return { status: 200, json: jobJson(job) };
}

/** The finished job whose results are asked for, in the version that made it. */
function finishedJob(call: SessionCall): QueryJob {
  const job = jobOf(call);
  if (job.version !== call.version) {
    throw new ApiError(
      409,
      'API_VERSION_MISMATCH',
      `The job was created with API version ${job.version}.0; read its results with the same.`,
    );
  }
  if (job.state !== 'JobComplete') {
    throw new ApiError(400, 'INVALIDJOBSTATE', `The job is ${job.state}: there are no results to read`);
  }
  return job;
}

const locatorOf = (row: number): string => Buffer.from(String(row)).toString('base64url');

function rowOf(locator: string | null, job: QueryJob): number {
  if (locator === null) return 0;
  const row = Number(Buffer.from(locator, 'base64url').toString());
  if (Number.isInteger(row) && row >= 0 && row < Math.max(job.results.rows, 1)) return row;
  throw new ApiError(400, 'INVALIDLOCATOR', `Invalid locator ${locator}`);
}

function answerResults(call: SessionCall): Answer {
  const job = finishedJob(call);
  const first = rowOf(call.url.searchParams.get('locator'), job);
  const asked = call.url.searchParams.get('maxRecords');
  const count = asked === null ? pageRows(call) : Number(asked);
  if (!Number.isInteger(count) || count < 1) throw new ApiError(400, 'INVALIDREQUEST', 'maxRecords must be positive');
  const next = first + count;
  const header = csvLine(
    job.query.columns.map((column) => column.name),
    job.format,
  );
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/csv',
      'Sforce-Locator': next < job.results.rows ? locatorOf(next) : 'null',
      'Sforce-NumberOfRecords': String(Math.max(Math.min(count, job.results.rows - first), 0)),
    },
    stream: job.results.page(header, first, count),
  };
}

function pageRows(call: SessionCall): number {
  return call.org.options.bulk?.pageRows ?? 50_000;
}

/** Addresses of up to five pages a call, for reading them side by side. */
function answerPages(call: SessionCall): Answer {
  const job = finishedJob(call);
  const first = rowOf(call.url.searchParams.get('locator'), job);
  const path = `/services/data/v${call.version}.0/jobs/query/${job.id}`;
  const starts: number[] = [];
  let next = first;
  for (; next < job.results.rows && starts.length < MOST_PAGES; next += pageRows(call)) starts.push(next);
  const done = next >= job.results.rows;
  const resultPages = starts.map((row) => ({ resultUrl: `${path}/results?locator=${locatorOf(row)}` }));
  const more = done ? {} : { nextRecordsUrl: `${path}/resultPages?locator=${locatorOf(next)}` };
  return { status: 200, json: { resultPages, ...more, done } };
}

/** Bulk API 2.0 query: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm */
export const bulkQueryRoutes: readonly Route[] = [
  apiRoute('POST', '/jobs/query', 'bulk.query.create', answerCreate),
  apiRoute('GET', '/jobs/query', 'bulk.query.list', (call) => ({
    status: 200,
    json: { done: true, records: call.org.queryJobs.book.of(call.user.id).map(jobJson), nextRecordsUrl: null },
  })),
  apiRoute('GET', '/jobs/query/:id', 'bulk.query.status', (call) => ({ status: 200, json: jobJson(jobOf(call)) })),
  apiRoute('PATCH', '/jobs/query/:id', 'bulk.query.abort', answerAbort),
  apiRoute('DELETE', '/jobs/query/:id', 'bulk.query.delete', (call) => {
    call.org.queryJobs.delete(jobOf(call));
    return { status: 204 };
  }),
  apiRoute('GET', '/jobs/query/:id/results', 'bulk.query.results', answerResults),
  apiRoute('GET', '/jobs/query/:id/resultPages', 'bulk.query.pages', answerPages),
];
