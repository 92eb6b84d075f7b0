import { Pause } from '../run/pause.ts';
import type { JobNumber, JournalCount, JournalOperation } from '../catalog/journal.ts';
import type { NewRun } from '../catalog/runs.ts';
import type { RunId } from '../model/run.ts';
import type { PhaseOptions } from '../run/phase-options.ts';
import { recordedRun } from '../run/recorded-run.ts';
import { Failure } from '../model/failure.ts';
import { failureInfo, type FailureCode } from '../model/failure-codes.ts';
import { Mutex } from '../async/mutex.ts';
import { Deadline, type UpdateContext, type UpdateTools } from './update-context.ts';
import { JobDurationEstimate } from './job-duration-estimate.ts';
import { recoverJobs } from './recover-jobs.ts';
import type { LinkFieldNames } from './link-fields.ts';
import type { UpdateProgress } from './update-progress.ts';
import type { UpdateSettings } from './update-settings.ts';
import { WaveWriter, type WaveReport } from './wave-writer.ts';

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

/** What a phase wants written. */
export type UpdateRequest = Pick<NewRun, 'mode' | 'scope'> & {
  readonly operation: JournalOperation;
  /** The columns that the jobs upload. */
  readonly fields: readonly (keyof LinkFieldNames)[];
  /** How long the run may take before it leaves the rest to `switch resume`; milliseconds, Infinity: no end. */
  readonly waitMs: number;
  /** Asked when nothing is left of earlier runs. @throws when nothing new may be written */
  readonly requireReady?: (() => void) | undefined;
  /** Writes batch after batch. */
  readonly write: (context: UpdateContext, writer: WaveWriter) => Promise<void>;
};

/** How it is written, and who watches. */
export type UpdateOptions<Settings extends UpdateSettings = UpdateSettings> = PhaseOptions<Settings, UpdateProgress>;

/** Without --wait: longest time that a run waits for limits to pass, all pauses together. */
const longestPauseMs = 3_600_000;

/**
 * Everything that writes to the org: recovers the jobs that earlier runs left, lets the phase write, and closes the run
 * with the status it deserves. A run that stopped (Ctrl-C, --wait, limits) is returned as such, not thrown.
 * @throws Failure of class `stop`; the run is then `failed`, and the journal knows where it stands
 */
export async function updateDocuments(
  tools: UpdateTools,
  request: UpdateRequest,
  { settings, info, progress, signal }: UpdateOptions,
): Promise<UpdateResult> {
  const { catalog, org, log } = tools;
  const began = performance.now();
  const requestsBefore = org.requests();
  const { operation, mode, scope, waitMs } = request;
  return await recordedRun(
    tools,
    { type: operation, mode, ...(scope !== undefined && { scope }), ...info },
    async (run) => {
      const context: UpdateContext = {
        ...tools,
        run,
        operation,
        names: settings.names,
        fields: request.fields.map((field) => settings.names[field]),
        catalogUuid: catalog.identity.uuid,
        progress,
        wait: new Deadline(waitMs),
        duration: new JobDurationEstimate(),
        signal,
        inFlight: new Set<JobNumber>(),
        making: new Mutex(),
      };
      const writer = new WaveWriter(context, settings, new Pause(Math.min(waitMs, longestPauseMs)));
      let stop: string | undefined;
      try {
        await recoverJobs(context);
        request.requireReady?.();
        await request.write(context, writer);
      } catch (error) {
        if (!isStop(error, signal)) throw error;
        stop = error instanceof Failure ? error.message : 'Stopped by a signal.';
      }
      const { report } = writer;
      const journal = await catalog.journalCounts(run);
      const outcomes = await catalog.journalOutcomes(run);
      const documents = (state: JournalCount['state'], counts: readonly JournalCount[] = outcomes): number =>
        counts.reduce((sum, each) => sum + (each.state === state ? each.rows : 0), 0);
      const confirmed = documents('confirmed') + documents('superseded');
      // a run that stopped leaves what it would have sent again to the next one
      const failed = documents(
        'failed',
        stop === undefined ? outcomes : outcomes.filter(({ code }) => !isPassing(code)),
      );
      const conflicts = documents('conflict');
      const left = failed + conflicts + report.absent + report.unjournaled;
      log.event('rows concluded', { run, confirmed, failed, conflicts });
      progress.stageIs('Done');
      return {
        ...report,
        runId: run,
        operation,
        status: stop !== undefined ? 'stopped' : left > 0 ? 'completed_with_failures' : 'completed',
        confirmed,
        failed,
        conflicts,
        journal,
        requests: org.requests() - requestsBefore,
        seconds: (performance.now() - began) / 1000,
        message: stop,
      };
    },
  );
}

/** Rows that would have been planned again. */
function isPassing(code: FailureCode | undefined): boolean {
  return code !== undefined && failureInfo(code)?.class === 'retry';
}

function isStop(error: unknown, signal: AbortSignal): boolean {
  if (error instanceof Failure) return error.code === 'stopped' || error.failureClass === 'pause';
  return signal.aborted;
}
