import type { Progress } from '../run/progress.ts';
import { count } from '../format/quantity.ts';

/** The stages of everything that writes to the org, in order. */
export const updateStages = ['Check', 'Canary', 'Write', 'Done'] as const;
export type UpdateStage = (typeof updateStages)[number];

/** Counts what a switch or rollback does while it does it. */
export class UpdateProgress {
  #stage: UpdateStage = 'Check';
  #total = 0;
  #done = 0;
  #failed = 0;
  #conflicts = 0;
  #job: string | undefined;
  #note: string | undefined;

  stageIs(stage: UpdateStage): void {
    this.#stage = stage;
  }

  totalIs(documents: number): void {
    this.#total = documents;
  }

  /** A document of the total that needs no writing, or may not be written. */
  notTaken(): void {
    this.#total -= 1;
  }

  count({ confirmed, failed, conflicts }: { confirmed: number; failed: number; conflicts: number }): void {
    this.#done += confirmed + failed + conflicts;
    this.#failed += failed;
    this.#conflicts += conflicts;
  }

  /** Something that stays worth knowing while the run lasts. */
  noteIs(note: string): void {
    this.#note = note;
  }

  jobIs(state: string | undefined): void {
    this.#job = state;
  }

  now(): Progress {
    return {
      stage: this.#stage,
      done: this.#done,
      total: Math.max(this.#total, this.#done),
      totalIsFinal: true,
      bytes: undefined,
      attention: this.#failed + this.#conflicts,
      notes: [
        ...(this.#note === undefined ? [] : [this.#note]),
        ...(this.#conflicts > 0 ? [`${count(this.#conflicts)} skipped: URL changed since the backup`] : []),
        ...(this.#job === undefined ? [] : [`job: ${this.#job}`]),
      ],
    };
  }
}
