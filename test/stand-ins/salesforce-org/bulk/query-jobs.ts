import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { User } from '../access/users.ts';
import { ApiError } from '../http/api-error.ts';
import { idOf } from '../objects/record-id.ts';
import type { Org } from '../org.ts';
import type { CompiledQuery } from '../soql/compile.ts';
import { selectList } from '../soql/records.ts';
import { compileFor } from '../soql/run.ts';
import { toCsv, type SqlValue } from '../store/field-values.ts';
import { csvLine, type CsvFormat } from './csv-format.ts';
import { JobBook } from './job-book.ts';
import { ResultsFile } from './results-file.ts';

export type QueryState = 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

export type QueryJob = {
  readonly id: string;
  readonly userId: string;
  readonly madeAt: number;
  readonly version: number;
  readonly operation: 'query' | 'queryAll';
  readonly soql: string;
  readonly query: CompiledQuery;
  readonly format: CsvFormat;
  readonly results: ResultsFile;
  /** PK chunking: off with ORDER BY or LIMIT. */
  readonly chunked: boolean;
  state: QueryState;
  changedAt: number;
  error: string | undefined;
};

const ROWS_PER_TURN = 2_000;

/** Bulk API 2.0 query jobs. What a job returns is fixed when it is made. */
export class QueryJobs {
  readonly book: JobBook<QueryJob>;
  readonly #org: Org;
  readonly #work = new Set<Promise<void>>();
  #made = 0;
  #closing = false;

  constructor(org: Org, lifeMs: number) {
    this.#org = org;
    this.book = new JobBook(lifeMs, () => org.now());
  }

  /** Checks the query and starts the job; throws ApiError for what Bulk does not take. */
  create(
    user: User,
    {
      soql,
      operation,
      format,
      version,
    }: Pick<QueryJob, 'soql' | 'format' | 'version'> & { readonly operation: 'query' | 'queryAll' },
  ): QueryJob {
    const org = this.#org;
    const includeDeleted = operation === 'queryAll';
    const query = compileFor(org, { soql, user, includeDeleted, tooling: false });
    refuseForBulk(query, soql);
    const id = idOf('750', 62 ** 4 + ++this.#made);
    const job: QueryJob = {
      id,
      userId: user.id,
      madeAt: org.now(),
      version,
      operation,
      soql,
      query,
      format,
      results: new ResultsFile(join(org.folder, `${id}.csv`)),
      chunked: !/\b(ORDER BY|LIMIT)\b/.test(query.tail.text.replace('ORDER BY t0.rowid', '')),
      state: 'UploadComplete',
      changedAt: org.now(),
      error: undefined,
    };
    org.bulkUsage.queryJobs += 1;
    this.book.add(job);
    const work = this.#run(job).finally(() => this.#work.delete(work));
    this.#work.add(work);
    return job;
  }

  abort(job: QueryJob): void {
    if (job.state !== 'UploadComplete' && job.state !== 'InProgress') {
      throw new ApiError(400, 'INVALIDJOBSTATE', `Aborting already ${job.state} Job not allowed`);
    }
    this.#enter(job, 'Aborted');
  }

  delete(job: QueryJob): void {
    if (job.state === 'UploadComplete' || job.state === 'InProgress') {
      throw new ApiError(400, 'INVALIDJOBSTATE', `Deleting a job in state ${job.state} is not allowed`);
    }
    this.book.remove(job.id);
    job.results.remove();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#work);
    for (const job of this.book.all()) job.results.remove();
  }

  async #run(job: QueryJob): Promise<void> {
    const org = this.#org;
    const fault = org.faults.pick({ operation: 'query.job', resource: `${job.query.object.name} ${job.id}` });
    const jobMs = (org.options.bulk?.jobMs ?? 0) + (fault?.kind === 'slow' ? fault.ms : 0);
    const reader = org.store.snapshot();
    try {
      await this.#wait(job, jobMs * 0.2);
      if (job.state === 'UploadComplete') this.#enter(job, 'InProgress');
      const { query } = job;
      const rows = reader
        .prepare<SqlValue[], SqlValue[]>(
          `SELECT ${selectList(query)} FROM ${query.tables} WHERE ${query.where.text} ${query.tail.text}`,
        )
        .raw()
        .iterate(...query.where.params, ...query.tail.params);
      const most = fault?.kind === 'fail' ? (fault.afterRows ?? 0) : Infinity;
      for (const row of rows as Iterable<SqlValue[]>) {
        if (job.results.rows >= most || !this.#alive(job)) break;
        const cells = query.columns.map((column, index) => toCsv(column.field, row[index] ?? null));
        job.results.add(csvLine(cells, job.format));
        if (job.results.rows % ROWS_PER_TURN === 0) await this.#turn(job);
      }
      job.results.finish();
      await this.#wait(job, jobMs * 0.8);
    } catch (error) {
      org.warn(`query job ${job.id}: ${error instanceof Error ? error.message : String(error)}`);
      job.error = 'InternalServerError: the stand-in could not run this query';
    } finally {
      reader.close();
    }
    if (!this.#alive(job)) return;
    if (fault?.kind === 'gone') this.book.remove(job.id);
    if (fault?.kind === 'fail') job.error = fault.message ?? 'InternalServerError : Retried more than 15 times';
    org.bulkUsage.queryBytes += job.results.bytes;
    this.#enter(job, job.error === undefined ? 'JobComplete' : 'Failed');
  }

  #alive(job: QueryJob): boolean {
    return !this.#closing && job.state !== 'Aborted';
  }

  #enter(job: QueryJob, state: QueryState): void {
    job.state = state;
    job.changedAt = this.#org.now();
  }

  async #turn(job: QueryJob): Promise<void> {
    job.results.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #wait(job: QueryJob, ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (performance.now() < until && this.#alive(job)) await sleep(Math.min(until - performance.now(), 50));
    if (ms === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm */
function refuseForBulk(query: CompiledQuery, soql: string): void {
  const refuse = (what: string): never => {
    throw new ApiError(400, 'API_ERROR', `${what} is not supported in Bulk API 2.0 queries`);
  };
  if (query.kind !== 'records') refuse('GROUP BY or an aggregate function');
  if (/\bOFFSET\s+\d+\s*$/i.test(soql.trim())) refuse('OFFSET');
  const blob = query.columns.find((column) => column.field.type === 'base64');
  if (blob) refuse(`The field ${blob.name} (base64)`);
}
