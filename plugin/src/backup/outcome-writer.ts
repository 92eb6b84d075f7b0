import type { Catalog } from '../catalog/port.ts';
import type { ClaimedOutcome } from '../catalog/copy-queue.ts';
import type { RunId } from '../model/run.ts';

const batchSize = 250;
const longestWaitMs = 200;

/** Gathers outcomes and commits them in batches, one batch at a time, in the order in which they came. */
export class OutcomeWriter {
  readonly #catalog: Catalog;
  readonly #run: RunId;
  #waiting: ClaimedOutcome[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;

  constructor(catalog: Catalog, run: RunId) {
    this.#catalog = catalog;
    this.#run = run;
  }

  /** @throws what an earlier batch failed with: nothing more can be written down then */
  add(outcome: ClaimedOutcome): void {
    if (this.#failure !== undefined) throw this.#failure as Error;
    this.#waiting.push(outcome);
    if (this.#waiting.length >= batchSize) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), longestWaitMs);
  }

  /** Waits until everything added so far is in the catalog. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    this.#writing = this.#writing.then(async () => {
      if (this.#failure !== undefined) return;
      try {
        await this.#catalog.recordOutcomes(this.#run, batch);
      } catch (error) {
        this.#failure = error;
      }
    });
  }
}
