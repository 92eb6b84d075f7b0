import type { AccountId } from '@file-migration/config/contract';

declare const brand: unique symbol;

/** One execution of a command that changes something. */
export type RunId = number & { readonly [brand]: 'RunId' };

export type RunType = 'backup' | 'verify' | 'switch' | 'relink' | 'rollback' | 'import';
export type RunMode = 'full' | 'incremental' | 'resume' | 'retry';
export type RunStatus = 'running' | 'completed' | 'completed_with_failures' | 'stopped' | 'interrupted' | 'failed';

/** Whether a run did not come to its end, or not yet. */
export function isUnfinished({ status }: Pick<Run, 'status'>): boolean {
  switch (status) {
    case 'running':
    case 'interrupted':
    case 'stopped':
    case 'failed':
      return true;
    case 'completed':
    case 'completed_with_failures':
      return false;
  }
}

/** A scope (`--account`, `--limit`) makes a run unfit to advance the watermark or to sweep. */
export type RunScope = {
  readonly accountId?: AccountId;
  readonly limit?: number;
  /** Of a wave: its accounts (null: the documents without one), or the share to be reached. */
  readonly accountIds?: readonly (AccountId | null)[];
  readonly percent?: number;
  /** Of a switch: gates that it went past, because it was told to. */
  readonly ignoredGates?: readonly string[];
  /** Of a switch: jobs at a time. */
  readonly parallelJobs?: number;
  /** Of a rollback: only what this run wrote. */
  readonly undoneRun?: RunId;
};

/**
 * Where discovery stands: the query job and the locator of the next page (undefined: the first). A run that resumes
 * another one's discovery carries `discovery` on: the marks that the sweep goes by are those of the run that began it.
 */
export type ResumePosition = {
  readonly discovery: RunId;
  readonly mode: 'full' | 'incremental';
  readonly jobId: string;
  readonly apiVersion: string;
  readonly locator?: string;
  /** Rows of all pages before this one; absent in positions of older versions. */
  readonly rows?: number;
  /** The server's Date before the job was made: the watermark if this run completes. */
  readonly startedAt: number;
  /** The whole result has been read. */
  readonly done: boolean;
};

export type Run = {
  readonly id: RunId;
  readonly type: RunType;
  readonly mode: RunMode;
  readonly command: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly heartbeatAt: number;
  readonly host: string;
  readonly pid: number;
  readonly message: string | undefined;
  readonly scope: RunScope | undefined;
  readonly position: ResumePosition | undefined;
  readonly counters: RunCounters;
};

/** What one run did. `processed` is the sum of the outcomes that follow it, up to `skipped`; tries put back are `retried`. */
export type RunCounters = {
  readonly discovered: number;
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly processed: number;
  readonly copied: number;
  readonly verified: number;
  readonly failed: number;
  readonly missing: number;
  readonly denied: number;
  readonly archived: number;
  readonly skipped: number;
  readonly retried: number;
  readonly bytesCopied: number;
};
