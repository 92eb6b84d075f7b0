import type { Job, JobId, Report, WorkerName } from './messages.ts';

/** What happens in a queue, as its coordinator is told. */
export type QueueEvent =
  | { readonly kind: 'report'; readonly report: Report }
  /** Whoever had the job is gone, or was silent for too long. */
  | { readonly kind: 'lost'; readonly job: JobId; readonly how: string }
  /** A worker listens that cannot take these jobs, and in what it differs. */
  | { readonly kind: 'stranger'; readonly worker: WorkerName; readonly differs: readonly string[] };

/**
 * The coordinator's end of a queue of jobs. All calls may be repeated; any of them may throw while the queue's server
 * cannot be reached, and a Failure when it never will.
 */
export type CoordinatorQueue = {
  /** Puts jobs where any worker takes them; a job that is there already stays as it is. */
  offer(jobs: readonly Job[]): Promise<void>;
  /** What has happened since; waits a moment when nothing has. */
  events(): Promise<readonly QueueEvent[]>;
  /** Those of these jobs that the queue does not know any more. */
  missing(jobs: readonly JobId[]): Promise<readonly JobId[]>;
  /** Takes back the jobs that no worker has; returns them. */
  recall(): Promise<readonly JobId[]>;
  /** Takes back all jobs. Workers that have some learn of it at their next beat, and write nothing more for them. */
  withdraw(): Promise<void>;
  /** Withdraws, and ends what listens. */
  close(): Promise<void>;
};

/** A job in a worker's hands. */
export type Held = {
  readonly job: Job;
  /** Which of several times that the job was given out; engines fence by it. */
  readonly attempt: number;
};

/** A worker's end of a queue. Any call may throw while the queue's server cannot be reached. */
export type WorkerQueue = {
  /** The next job; waits a moment when there is none, and returns undefined then. */
  take(signal: AbortSignal): Promise<Held | undefined>;
  /** Says that these are alive; returns those that are still this worker's. */
  beat(held: readonly Held[]): Promise<readonly Held[]>;
  report(report: Report): Promise<void>;
  /** Every task of it has been answered. */
  done(held: Held): Promise<void>;
  close(): Promise<void>;
};
