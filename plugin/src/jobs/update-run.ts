import { Pause } from '../run/pause.ts';
import type { JobNumber, JournalCount, JournalOperation } from '../catalog/journal-port.ts';
import type { NewRun, RunId } from '../catalog/port.ts';
import { recordedRun } from '../run/recorded-run.ts';
import { Failure } from '../model/failure.ts';
import { Deadline, Mutex, type UpdateContext, type UpdateTools } from './update-context.ts';
import { JobDurationEstimate } from './job-duration-estimate.ts';
import { recoverJobs } from './recover-jobs.ts';
import { LOCKED, NOT_PROCESSED, PREPARED } from './read-back.ts';
import type { LinkFieldNames } from './link-fields.ts';
import type { UpdateProgress } from './update-progress.ts';
import { emptyReport, type WaveReport } from './write-wave.ts';

/** What a switch, relink or rollback did; all figures of rows are the journal's. */
export type UpdateResult = WaveReport & {
  readonly runId: RunId;
  readonly operation: JournalOperation;
  readonly status: 'completed' | 'completed_with_failures' | 'stopped';
  readonly confirmed: number;
  readonly failed: number;
  readonly conflicts: number;
  readonly journal: readonly JournalCount[];
  /** Requests to Salesforce. */
  readonly requests: number;
  readonly seconds: number;
  /** Why it stopped, when it did. */
  readonly message: string | undefined;
};

/** What the run row tells besides its counters. */
export type RunInfo = Pick<NewRun, 'command' | 'configSnapshot'>;

export type UpdateRunRequest = {
  readonly operation: JournalOperation;
  readonly names: LinkFieldNames;
  /** The columns that are written. */
  readonly fields: readonly string[];
  readonly run: RunInfo & Pick<NewRun, 'mode' | 'scope'>;
  /** How long the run may take before it leaves the rest to `switch resume`; milliseconds, Infinity: no end. */
  readonly waitMs: number;
};

export type UpdateWork = (desk: UpdateContext, pause: Pause, report: WaveReport) => Promise<void>;

/** Without --wait: longest time that a run waits for limits to pass, all pauses together. */
const longestPauseMs = 3_600_000;

/**
 * The frame of everything that writes to the org: settles what earlier runs left, lets the work write, and closes the
 * run with the status it deserves. A run that stopped (Ctrl-C, --wait, limits) is returned as such, not thrown.
 * @throws Failure of class `stop`; the run is then `failed`, and the journal knows where it stands
 */
export async function updateRun(
  tools: UpdateTools,
  request: UpdateRunRequest,
  progress: UpdateProgress,
  signal: AbortSignal,
  work: UpdateWork,
): Promise<UpdateResult> {
  const { catalog, org, log } = tools;
  const began = performance.now();
  const requestsBefore = org.requests();
  const { operation, names, fields } = request;
  return await recordedRun(tools, { type: operation, ...request.run }, async (run) => {
    const desk: UpdateContext = {
      ...tools,
      run,
      operation,
      names,
      fields,
      catalogUuid: catalog.identity.uuid,
      progress,
      wait: new Deadline(request.waitMs),
      pace: new JobDurationEstimate(),
      signal,
      inFlight: new Set<JobNumber>(),
      making: new Mutex(),
    };
    const report = emptyReport();
    const pause = new Pause(Math.min(request.waitMs, longestPauseMs));
    let stop: string | undefined;
    try {
      await recoverJobs(desk);
      await work(desk, pause, report);
    } catch (error) {
      if (!isStop(error, signal)) throw error;
      stop = error instanceof Failure ? error.message : 'Stopped by a signal.';
    }
    const journal = await catalog.journalCounts(run);
    const rows = (state: JournalCount['state'], open = true): number =>
      journal.reduce((sum, each) => sum + (each.state === state && (open || !isPassing(each.code)) ? each.rows : 0), 0);
    const failed = rows('failed', false) + report.gaveUp;
    const conflicts = rows('conflict');
    const left = failed + conflicts + report.absent;
    log.event('rows settled', { run, confirmed: rows('confirmed'), failed, conflicts });
    progress.stageIs('Done');
    return {
      ...report,
      runId: run,
      operation,
      status: stop !== undefined ? 'stopped' : left > 0 ? 'completed_with_failures' : 'completed',
      confirmed: rows('confirmed') + rows('superseded'),
      failed,
      conflicts,
      journal,
      requests: org.requests() - requestsBefore,
      seconds: (performance.now() - began) / 1000,
      message: stop,
    };
  });
}

/** Codes of rows that were planned again: what became of them in the end stands in another row. */
function isPassing(code: string | undefined): boolean {
  return code === 'never-sent' || code === NOT_PROCESSED || code === PREPARED || code === LOCKED;
}

function isStop(error: unknown, signal: AbortSignal): boolean {
  if (error instanceof Failure) return error.code === 'stopped' || error.failureClass === 'pause';
  return signal.aborted;
}
