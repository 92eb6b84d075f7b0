import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { User } from '../access/users.ts';
import { ApiError } from '../http/api-error.ts';
import type { FieldDescription } from '../objects/description.ts';
import { idOf } from '../objects/record-id.ts';
import type { ObjectMeta } from '../objects/schema.ts';
import type { Org } from '../org.ts';
import type { CsvFormat } from './csv-format.ts';
import { runIngest } from './ingest-run.ts';
import { JobBook } from './job-book.ts';
import { ResultsFile } from './results-file.ts';

export type IngestOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';
export type IngestState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

export type IngestJob = {
  readonly id: string;
  readonly userId: string;
  readonly user: User;
  readonly madeAt: number;
  readonly version: number;
  readonly object: ObjectMeta;
  readonly operation: IngestOperation;
  /** The external id field of an upsert. */
  readonly key: FieldDescription | undefined;
  readonly format: CsvFormat;
  readonly upload: string;
  readonly successful: ResultsFile;
  readonly failed: ResultsFile;
  readonly unprocessed: ResultsFile;
  state: IngestState;
  changedAt: number;
  uploadedBytes: number | undefined;
  header: readonly string[];
  error: string | undefined;
};

/** 150 MB once it is base64, which makes four bytes of three. */
const MOST_BYTES = (150_000_000 * 3) / 4;
const ENDED: readonly IngestState[] = ['JobComplete', 'Failed', 'Aborted'];

/** Bulk API 2.0 ingest jobs, from Open to their results. */
export class IngestJobs {
  readonly book: JobBook<IngestJob>;
  readonly #org: Org;
  readonly #work = new Set<Promise<void>>();
  #made = 0;

  constructor(org: Org, lifeMs: number) {
    this.#org = org;
    this.book = new JobBook(lifeMs, () => org.now());
  }

  create(made: Pick<IngestJob, 'user' | 'object' | 'operation' | 'key' | 'format' | 'version'>): IngestJob {
    const org = this.#org;
    const id = idOf('750', 2 * 62 ** 4 + ++this.#made);
    const file = (kind: string): ResultsFile => new ResultsFile(join(org.folder, `${id}.${kind}.csv`));
    const job: IngestJob = {
      ...made,
      id,
      userId: made.user.id,
      madeAt: org.now(),
      upload: join(org.folder, `${id}.upload.csv`),
      successful: file('successful'),
      failed: file('failed'),
      unprocessed: file('unprocessed'),
      state: 'Open',
      changedAt: org.now(),
      uploadedBytes: undefined,
      header: [],
      error: undefined,
    };
    this.book.add(job);
    return job;
  }

  /** Takes the data, once. A broken upload leaves the job open and empty. */
  async upload(job: IngestJob, data: Readable): Promise<void> {
    if (job.state !== 'Open') {
      throw new ApiError(400, 'INVALIDJOBSTATE', `Uploading to a job in state ${job.state} is not allowed`);
    }
    if (job.uploadedBytes !== undefined) {
      throw new ApiError(400, 'INVALIDBATCH', `Found multiple contents for job: ${job.id}. Upload once only.`);
    }
    let bytes = 0;
    job.uploadedBytes = 0;
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        const tooMuch = bytes > MOST_BYTES;
        done(tooMuch ? new ApiError(400, 'INVALIDBATCH', 'The uploaded data is larger than 150 MB') : null, chunk);
      },
    });
    try {
      await pipeline(data, counter, createWriteStream(job.upload));
      job.uploadedBytes = bytes;
    } catch (error) {
      job.uploadedBytes = undefined;
      throw error;
    }
  }

  /** Closes the upload: the org begins its work. */
  start(job: IngestJob): void {
    if (job.state !== 'Open') {
      throw new ApiError(400, 'INVALIDJOBSTATE', `Job state ${job.state} cannot become UploadComplete`);
    }
    if (job.uploadedBytes === undefined) {
      throw new ApiError(400, 'INVALIDJOBSTATE', 'The job has no data: upload it first');
    }
    this.enter(job, 'UploadComplete');
    const work = runIngest(this.#org, job).finally(() => this.#work.delete(work));
    this.#work.add(work);
  }

  abort(job: IngestJob): void {
    if (ENDED.includes(job.state)) {
      throw new ApiError(400, 'INVALIDJOBSTATE', `Aborting already ${job.state} Job not allowed`);
    }
    this.enter(job, 'Aborted');
  }

  delete(job: IngestJob): void {
    if (!ENDED.includes(job.state) && job.state !== 'UploadComplete') {
      throw new ApiError(400, 'INVALIDJOBSTATE', `Deleting a job in state ${job.state} is not allowed`);
    }
    this.book.remove(job.id);
    this.#removeFiles(job);
  }

  enter(job: IngestJob, state: IngestState): void {
    job.state = state;
    job.changedAt = this.#org.now();
  }

  async close(): Promise<void> {
    for (const job of this.book.all()) if (!ENDED.includes(job.state)) this.enter(job, 'Aborted');
    await Promise.all(this.#work);
    for (const job of this.book.all()) this.#removeFiles(job);
  }

  #removeFiles(job: IngestJob): void {
    for (const file of [job.successful, job.failed, job.unprocessed]) file.remove();
    rmSync(job.upload, { force: true });
  }
}
