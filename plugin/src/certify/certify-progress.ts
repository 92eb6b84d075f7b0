import type { Progress } from '../run/progress.ts';

/** The stages of certifying, in order; a plan ends before the ledger. */
export const certifyStages = ['Read the catalog', 'Query records', 'Check', 'Write the ledger', 'Sign'] as const;
/** The stages of proving a certificate. */
export const proofStages = ['Check the ledger and its objects'] as const;

type Stage = (typeof certifyStages)[number] | (typeof proofStages)[number];

/** Counts what certifying does while it does it. */
export class CertifyProgress {
  #stage: Stage = certifyStages[0];
  #total = 0;
  #done = 0;
  #attention = 0;

  stageIs(stage: Stage, total: number): void {
    this.#stage = stage;
    this.#total = total;
    this.#done = 0;
  }

  doneIs(done: number): void {
    this.#done = done;
  }

  needsAttention(): void {
    this.#attention += 1;
  }

  now(): Progress {
    return {
      stage: this.#stage,
      done: this.#done,
      total: Math.max(this.#total, this.#done),
      totalIsFinal: true,
      bytes: undefined,
      attention: this.#attention,
      notes: [],
    };
  }
}
