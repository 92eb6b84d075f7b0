import type { ResumePosition, Run, RunId, RunMode, RunScope, RunStatus, RunType } from '../model/run.ts';

/** Runs as the commands that make them see them. */
export type Runs = RunsReader & {
  startRun(run: NewRun): Promise<RunId>;
  /** Adds to the run's counters, sets its heartbeat and, when given, its resume position, in one transaction. */
  heartbeat(run: RunId, position?: ResumePosition): Promise<void>;
  finishRun(run: RunId, end: RunEnd): Promise<void>;
  /** Deletes runs and errors older than `before`; never a document, a revision or a journal row. */
  cleanup(before: number): Promise<{ runs: number; errors: number }>;
};

export type RunsReader = {
  runs(limit: number): Promise<Run[]>;
  run(id: RunId): Promise<Run | undefined>;
};

export type NewRun = {
  readonly type: RunType;
  readonly mode: RunMode;
  readonly command: string;
  /** The config without secrets. */
  readonly configSnapshot: unknown;
  readonly scope?: RunScope;
};

export type RunEnd = {
  readonly status: Exclude<RunStatus, 'running' | 'interrupted'>;
  readonly message?: string;
};
