import type { Catalog } from '../catalog/port.ts';
import type { RunLog } from '../logs/run-log.ts';
import { writeSnapshot, type SnapshotTools } from './write-snapshot.ts';

/** A run that lasts longer leaves a snapshot in between. */
const everyMs = 3_600_000;
/** After Ctrl-C, a snapshot that takes longer is left to the next run: the command ends within 30 s. */
const longestAfterStopMs = 10_000;

export type SnapshotKeeping = {
  readonly tools: SnapshotTools & { readonly catalog: Pick<Catalog, 'runs' | 'snapshotFailed'> };
  readonly log: RunLog;
  /** Says in a sentence that the snapshot could not be written; the run goes on without. */
  readonly onFailure: (sentence: string) => void;
  /** Aborts at Ctrl-C. */
  readonly stopped: AbortSignal;
};

/** Takes a snapshot of the catalog every hour while a command works, and a last one behind the run that it made. */
export class SnapshotKeeper {
  readonly #keeping: SnapshotKeeping;
  readonly #timer: NodeJS.Timeout;
  readonly #newestBefore: number | undefined;
  #taking: Promise<void> = Promise.resolve();
  #told = false;

  /** @param newestRun the newest run before this command */
  constructor(keeping: SnapshotKeeping, newestRun: number | undefined) {
    this.#keeping = keeping;
    this.#newestBefore = newestRun;
    this.#timer = setInterval(() => void this.#take(new AbortController().signal), everyMs);
    this.#timer.unref();
  }

  /** A command that made no run changed nothing worth a snapshot. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { tools, stopped } = this.#keeping;
    const [newest] = await tools.catalog.runs(1);
    if (newest === undefined || newest.id === this.#newestBefore) return;
    await this.#take(stopped.aborted ? AbortSignal.timeout(longestAfterStopMs) : new AbortController().signal);
  }

  #take(signal: AbortSignal): Promise<void> {
    this.#taking = this.#taking.then(() => this.#written(signal));
    return this.#taking;
  }

  async #written(signal: AbortSignal): Promise<void> {
    const { tools, log, onFailure } = this.#keeping;
    try {
      log.event('snapshot written', await writeSnapshot(tools, signal));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.failure('snapshot not written', error);
      await tools.catalog.snapshotFailed(message).catch(() => undefined);
      if (!this.#told) onFailure(`The snapshot of the catalog could not be written into the bucket: ${message}`);
      this.#told = true;
    }
  }
}
