import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { seededRandom } from '../../faults/random.ts';
import type { Org } from '../org.ts';
import { csvLine, delimiterOf, lineEndOf } from './csv-format.ts';
import type { IngestJob } from './ingest-jobs.ts';
import { saveChunk, type RowResult } from './ingest-rows.ts';

/** Rows locked, saved and rolled back together: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta */
const CHUNK_ROWS = 200;

/** Works a job off: internal batches of 10,000 rows, each in chunks of 200, results in no particular order. */
export async function runIngest(org: Org, job: IngestJob): Promise<void> {
  const fault = org.faults.pick({ operation: 'ingest.job', resource: `${job.object.name} ${job.id}` });
  if (fault?.kind === 'edit') org.strangerEdits(fault);
  const random = seededRandom((org.options.seed ?? 1) + org.bulkUsage.batches);
  const batchRows = org.options.bulk?.batchRows ?? 10_000;
  const most = fault?.kind === 'fail' ? (fault.afterRows ?? 0) : Infinity;
  let processed = 0;
  await sleep(fault?.kind === 'slow' ? fault.ms : 0);
  try {
    if (isAborted(job)) return;
    org.ingestJobs.enter(job, 'InProgress');
    for await (const batch of batches(job, batchRows)) {
      const begun = performance.now();
      org.bulkUsage.batches += 1;
      const results: RowResult[] = [];
      for (let start = 0; start < batch.length; start += CHUNK_ROWS) {
        const chunk = batch.slice(start, start + CHUNK_ROWS);
        const allowed = isAborted(job) ? 0 : Math.max(Math.min(most - processed, chunk.length), 0);
        if (allowed > 0) results.push(...saveChunk(org, job, chunk.slice(0, allowed)));
        processed += allowed;
        for (const row of chunk.slice(allowed)) job.unprocessed.add(csvLine(row, job.format));
        await new Promise((resolve) => setImmediate(resolve));
      }
      shuffle(results, random).forEach((result) => write(job, result));
      await sleep(Math.max((org.options.bulk?.batchMs ?? 0) - (performance.now() - begun), 0));
    }
    if (fault?.kind === 'fail') job.error = fault.message ?? 'InternalServerError : Retried more than 20 times';
  } catch (error) {
    job.error = `InvalidBatch : ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    for (const file of [job.successful, job.failed, job.unprocessed]) file.finish();
  }
  if (fault?.kind === 'gone') org.ingestJobs.book.remove(job.id);
  if (!isAborted(job)) org.ingestJobs.enter(job, job.error === undefined ? 'JobComplete' : 'Failed');
}

// a function, because the state changes while the job awaits
function isAborted(job: IngestJob): boolean {
  return job.state === 'Aborted';
}

/** The upload's rows, an internal batch at a time; throws for what makes Salesforce refuse the whole upload. */
async function* batches(job: IngestJob, size: number): AsyncGenerator<string[][]> {
  const parser = createReadStream(job.upload).pipe(
    parse({ delimiter: delimiterOf(job.format), record_delimiter: lineEndOf(job.format), bom: true }),
  );
  let batch: string[][] = [];
  for await (const row of parser as AsyncIterable<string[]>) {
    if (job.header.length === 0) {
      job.header = checkedHeader(job, row);
      continue;
    }
    if (batch.push(row) < size) continue;
    yield batch;
    batch = [];
  }
  if (job.header.length === 0) throw new Error('The file has no header row');
  if (batch.length > 0) yield batch;
}

function checkedHeader(job: IngestJob, header: string[]): string[] {
  if (header.at(-1)?.endsWith('\r') === true) {
    throw new Error(`LineEnding is invalid on user data. Current LineEnding setting is ${job.format.lineEnding}`);
  }
  const needed = job.operation === 'insert' ? undefined : (job.key?.name ?? 'Id');
  if (needed !== undefined && !header.some((name) => name.toLowerCase() === needed.toLowerCase())) {
    throw new Error(`Field name not found : ${needed} is missing`);
  }
  for (const name of header) {
    const lower = name.toLowerCase();
    const known = job.object.fieldsByName.has(lower) || job.object.relationships.has(lower.split('.')[0] ?? '');
    if (!known) throw new Error(`Field name not found : ${name}`);
  }
  return header;
}

function write(job: IngestJob, { row, id, created, error }: RowResult): void {
  if (error === undefined) job.successful.add(csvLine([id, String(created), ...row], job.format));
  else job.failed.add(csvLine([id, error, ...row], job.format));
}

function shuffle<Item>(items: Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item);
}
