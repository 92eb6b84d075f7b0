import type { Catalog } from '../catalog/port.ts';
import type { RunId } from '../model/run.ts';
import type { PublicationScope } from './publication.ts';

export type RoundOptions = {
  readonly catalog: Pick<Catalog, 'runs'>;
  readonly publish: (run: RunId, scope: PublicationScope) => Promise<void>;
  /** Milliseconds between two publications, as the budget allows them just now. */
  readonly intervalMs: () => Promise<number>;
  /** How often the budget is looked at. */
  readonly checkEveryMs: number;
  readonly longEveryMs: number;
};

/** When what is due, for the one run that the work starts. One publication at a time. */
export class Round {
  readonly #options: RoundOptions;
  #before: RunId | undefined;
  #run: RunId | undefined;
  #busy: Promise<void> | undefined;
  #checkedAt = -Infinity;
  #publishedAt: number | undefined;
  #longAt = 0;

  constructor(options: RoundOptions) {
    this.#options = options;
  }

  /** The run that the work will start is the first one behind the newest of now. */
  async begin(): Promise<void> {
    this.#before = await this.#newest();
  }

  /** The run, once it has started. */
  async run(): Promise<RunId | undefined> {
    if (this.#run === undefined) {
      const newest = await this.#newest();
      if (newest !== this.#before) this.#run = newest;
    }
    return this.#run;
  }

  /** Publishes if something is due and nothing is under way. */
  beat(): void {
    this.#busy ??= this.#due()
      // a catalog that cannot be read ends the run by its own stages
      .catch(() => undefined)
      .finally(() => {
        this.#busy = undefined;
      });
  }

  /** Waits for the publication that is under way. */
  async ended(): Promise<void> {
    await this.#busy;
  }

  async #due(): Promise<void> {
    const { intervalMs, checkEveryMs, longEveryMs, publish } = this.#options;
    const run = await this.run();
    const now = performance.now();
    if (run === undefined || now - this.#checkedAt < checkEveryMs) return;
    this.#checkedAt = now;
    if (this.#publishedAt === undefined) this.#longAt = now;
    else if (now - this.#publishedAt < (await intervalMs())) return;
    const isFull = now - this.#longAt >= longEveryMs;
    if (isFull) this.#longAt = now;
    this.#publishedAt = now;
    await publish(run, isFull ? 'full' : 'summary');
  }

  async #newest(): Promise<RunId | undefined> {
    return (await this.#options.catalog.runs(1))[0]?.id;
  }
}
