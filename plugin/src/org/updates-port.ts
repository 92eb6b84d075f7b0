import type { DocumentId } from '@file-migration/config';
import type { FailureClass } from '../model/failure.ts';

/**
 * Writing to documents, step by step: create → (keep its id) → upload → (keep `committing`) → close → state until it is
 * an end → results. No step sends anything twice that could act twice; the functions behind each say what a Failure means.
 */
export type Updates = {
  /**
   * An open job for these fields, named as config names them.
   * @throws Failure of class `stop`, code `field-not-updateable`, before anything is made
   */
  create(fields: readonly string[]): Promise<UpdateJob>;
  upload(job: UpdateJob, rows: readonly UpdateRow[]): Promise<void>;
  close(job: UpdateJob): Promise<UpdateJobState>;
  state(job: UpdateJob): Promise<UpdateJobState>;
  /**
   * Asks for the state until the job has ended: first when it should be nearly done, then with growing pauses.
   * @param expectedMs how long it will probably take; undefined: not known
   */
  ended(job: UpdateJob, onState?: (state: UpdateJobState) => void, expectedMs?: number): Promise<UpdateJobState>;
  /** What became of each row, as far as the org says it: explanation, never a condition. */
  results(job: UpdateJob, ended: UpdateJobState): Promise<UpdateResults>;
  abort(job: UpdateJob): Promise<UpdateJobState>;
  /** Jobs on the document object that were made as ours are, by this user, and never closed. */
  openJobs(): Promise<OpenUpdateJob[]>;
};

/**
 * A Bulk API 2.0 job that updates documents. Each step is a call of its own, because the switch keeps in its journal how
 * far it is: the id before the upload, `committing` before the close.
 */
export type UpdateJob = {
  readonly jobId: string;
  /** The version that made the job must go on with it. */
  readonly apiVersion: string;
  /** As the org writes them, `Id` left out. */
  readonly fields: readonly string[];
};

export type OpenUpdateJob = UpdateJob & {
  /** By the server's clock, milliseconds since 1970. */
  readonly createdAt: number;
};

export type UpdateJobState = {
  readonly state: 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  /** Rows that were tried, failed ones included. */
  readonly processed: number;
  readonly failed: number;
  /** Why the whole job failed, and what that means. */
  readonly error: { readonly message: string; readonly failureClass: FailureClass } | undefined;
};

/** New values of one document's fields, in the order of the job's fields; null empties a field, undefined leaves it as it is. */
export type UpdateRow = { readonly id: DocumentId; readonly values: readonly (string | null | undefined)[] };

/** What became of each row of a job that has ended. The order of a job's rows is not kept by Salesforce: ids tell. */
export type UpdateResults = {
  readonly successful: ReadonlySet<DocumentId>;
  readonly failed: ReadonlyMap<DocumentId, RowError>;
  /** Never tried: they may be sent again. */
  readonly unprocessed: ReadonlySet<DocumentId>;
  /** What the org would not give, where the results are not complete: rows without one are judged by their records. */
  readonly missing?: string;
};

export type RowError = {
  /** Salesforce's own: `UNABLE_TO_LOCK_ROW`. */
  readonly errorCode: string;
  readonly failureClass: FailureClass;
  readonly message: string;
};
