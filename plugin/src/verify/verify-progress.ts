import type { VerificationOutcome } from '../model/comparison.ts';
import type { Progress } from '../run/progress.ts';

/** The stages of a verification, in order. */
export const verifyStages = ['Compare', 'List the target'] as const;

/** Counts what a verification does while it does it. */
export class VerifyProgress {
  #stage: string;
  #total = 0;
  #done = 0;
  /** Undefined while no file is read. */
  #bytes: number | undefined;
  #attention = 0;
  #listed = 0;

  /** @param stage what comparing is called on the screen */
  constructor(stage: string = verifyStages[0]) {
    this.#stage = stage;
  }

  /** @param readsBytes whether files are read; looking at them moves none */
  begins(documents: number, { readsBytes }: { readsBytes: boolean }): void {
    this.#total = documents;
    this.#bytes = readsBytes ? 0 : undefined;
  }

  compared(outcome: VerificationOutcome): void {
    this.#done += 1;
    if (outcome.kind === 'equal') {
      if (this.#bytes !== undefined) this.#bytes += outcome.target.size;
    } else this.#attention += 1;
  }

  listed(objects: number): void {
    this.#stage = verifyStages[1];
    this.#listed += objects;
  }

  now(): Progress {
    return {
      stage: this.#stage,
      done: this.#done,
      total: Math.max(this.#total, this.#done),
      totalIsFinal: true,
      bytes: this.#bytes,
      attention: this.#attention,
      notes: this.#listed === 0 ? [] : [{ kind: 'objects-listed', objects: this.#listed }],
    };
  }
}
