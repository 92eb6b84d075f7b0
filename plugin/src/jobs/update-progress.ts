import type { Progress, ProgressNote } from '../run/progress.ts';

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
  #job: ProgressNote | undefined;
  #note: ProgressNote | undefined;

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
  noteIs(note: ProgressNote): void {
    this.#note = note;
  }

  jobIs(job: ProgressNote | undefined): void {
    this.#job = job;
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
        ...(this.#conflicts > 0 ? [{ kind: 'skipped', documents: this.#conflicts } as const] : []),
        ...(this.#job === undefined ? [] : [this.#job]),
      ],
    };
  }
}
