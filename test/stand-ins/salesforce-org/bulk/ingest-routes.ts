import { z } from 'zod';
import { objectAccess } from '../access/permissions.ts';
import { ApiError } from '../http/api-error.ts';
import { apiRoute, type Answer, type Route, type SessionCall } from '../http/router.ts';
import { fieldOf } from '../objects/schema.ts';
import { csvLine, delimiterSchema, lineEndingSchema } from './csv-format.ts';
import type { IngestJob } from './ingest-jobs.ts';
import { isoTime } from './query-routes.ts';
import type { ResultsFile } from './results-file.ts';

const createSchema = z.object({
  object: z.string(),
  operation: z.enum(['insert', 'update', 'upsert', 'delete', 'hardDelete']),
  externalIdFieldName: z.string().optional(),
  contentType: z.literal('CSV').optional(),
  columnDelimiter: delimiterSchema.optional(),
  lineEnding: lineEndingSchema.optional(),
});
const changeSchema = z.object({ state: z.enum(['UploadComplete', 'Aborted']) });

function jobJson(job: IngestJob): Record<string, unknown> {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object.name,
    createdById: job.userId,
    createdDate: isoTime(job.madeAt),
    systemModstamp: isoTime(job.changedAt),
    state: job.state,
    ...(job.key ? { externalIdFieldName: job.key.name } : {}),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: job.version,
    contentUrl: `services/data/v${job.version}.0/jobs/ingest/${job.id}/batches`,
    jobType: 'V2Ingest',
    ...job.format,
    ...(job.state === 'Open' ? {} : counts(job)),
    ...(job.error === undefined ? {} : { errorMessage: job.error }),
  };
}

function counts(job: IngestJob): Record<string, number> {
  const spent = Math.max(job.changedAt - job.madeAt, 0);
  return {
    numberRecordsProcessed: job.successful.rows + job.failed.rows,
    numberRecordsFailed: job.failed.rows,
    retries: 0,
    totalProcessingTime: spent,
    apiActiveProcessingTime: spent,
    apexProcessingTime: 0,
  };
}

/** Whoever may modify all data (Manage Data Integrations in Salesforce) reaches other people's jobs too. */
function jobOf(call: SessionCall): IngestJob {
  return call.org.ingestJobs.book.find(call.params.id ?? '', call.user.id, call.user.defaultAccess.modifyAll);
}

/** The jobs of everybody, a page at a time; other filters than the page are not looked at. */
function answerList(call: SessionCall): Answer {
  const jobs = call.org.ingestJobs.book.living();
  const size = call.org.options.bulk?.jobsPerPage ?? 1_000;
  const first = Number(call.url.searchParams.get('queryLocator') ?? 0);
  const next = first + size;
  const path = `/services/data/v${call.version}.0/jobs/ingest?jobType=V2Ingest&queryLocator=${next}`;
  const done = next >= jobs.length;
  const records = jobs.slice(first, next).map(jobJson);
  return { status: 200, json: { done, records, nextRecordsUrl: done ? null : path } };
}

async function answerCreate(call: SessionCall): Promise<Answer> {
  if (String(call.headers['content-type']).startsWith('multipart/')) {
    throw new ApiError(501, 'NOT_IMPLEMENTED_BY_STAND_IN', 'Multipart job creation is not implemented.');
  }
  const body = createSchema.safeParse(await call.json());
  if (!body.success) throw new ApiError(400, 'INVALIDJOB', z.prettifyError(body.error));
  const { operation, externalIdFieldName, columnDelimiter = 'COMMA', lineEnding = 'LF' } = body.data;
  const object = call.org.schema.find(body.data.object);
  if (!object || object.setup || object.event || !objectAccess(call.user, object).read) {
    throw new ApiError(400, 'INVALIDENTITY', `Entity '${body.data.object}' is not supported by the Bulk API.`);
  }
  const key = operation === 'upsert' ? fieldOf(object, externalIdFieldName ?? '') : undefined;
  if (operation === 'upsert' && !(key?.externalId === true || key?.type === 'id')) {
    throw new ApiError(400, 'INVALIDJOB', `${externalIdFieldName ?? '(none)'} is no external id of ${object.name}`);
  }
  const format = { columnDelimiter, lineEnding };
  const job = call.org.ingestJobs.create({ user: call.user, object, operation, key, format, version: call.version });
  return { status: 200, json: jobJson(job) };
}

async function answerChange(call: SessionCall): Promise<Answer> {
  const job = jobOf(call);
  const body = changeSchema.safeParse(await call.json());
  if (!body.success) throw new ApiError(400, 'INVALIDJOBSTATE', 'A job can become UploadComplete or Aborted');
  if (body.data.state === 'Aborted') call.org.ingestJobs.abort(job);
  else call.org.ingestJobs.start(job);
  return { status: 200, json: jobJson(job) };
}

function answerResults(call: SessionCall, pick: (job: IngestJob) => ResultsFile, extra: readonly string[]): Answer {
  const job = jobOf(call);
  if (job.state === 'Open' || job.state === 'UploadComplete' || job.state === 'InProgress') {
    throw new ApiError(400, 'INVALIDJOBSTATE', `The job is ${job.state}: there are no results to read`);
  }
  const file = pick(job);
  const header = csvLine([...extra, ...job.header], job.format);
  return {
    status: 200,
    headers: { 'Content-Type': 'text/csv', 'Sforce-NumberOfRecords': String(file.rows) },
    stream: file.page(header, 0, file.rows),
  };
}

/** Bulk API 2.0 ingest: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm */
export const bulkIngestRoutes: readonly Route[] = [
  apiRoute('POST', '/jobs/ingest', 'bulk.ingest.create', answerCreate),
  apiRoute('GET', '/jobs/ingest', 'bulk.ingest.list', answerList),
  apiRoute('GET', '/jobs/ingest/:id', 'bulk.ingest.status', (call) => ({ status: 200, json: jobJson(jobOf(call)) })),
  apiRoute('PATCH', '/jobs/ingest/:id', 'bulk.ingest.change', answerChange),
  apiRoute('DELETE', '/jobs/ingest/:id', 'bulk.ingest.delete', (call) => {
    call.org.ingestJobs.delete(jobOf(call));
    return { status: 204 };
  }),
  apiRoute('PUT', '/jobs/ingest/:id/batches', 'bulk.ingest.upload', async (call) => {
    await call.org.ingestJobs.upload(jobOf(call), call.upload());
    return { status: 201 };
  }),
  apiRoute('GET', '/jobs/ingest/:id/successfulResults', 'bulk.ingest.successful', (call) =>
    answerResults(call, (job) => job.successful, ['sf__Id', 'sf__Created']),
  ),
  apiRoute('GET', '/jobs/ingest/:id/failedResults', 'bulk.ingest.failed', (call) =>
    answerResults(call, (job) => job.failed, ['sf__Id', 'sf__Error']),
  ),
  apiRoute('GET', '/jobs/ingest/:id/unprocessedrecords', 'bulk.ingest.unprocessed', (call) =>
    answerResults(call, (job) => job.unprocessed, []),
  ),
];
