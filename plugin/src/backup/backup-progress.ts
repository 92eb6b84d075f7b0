import type { CopyOutcome } from '../catalog/port.ts';
import type { Progress } from '../run/progress.ts';
import { count, duration } from '../format/quantity.ts';

/** The stages of a backup, in order; the first two run side by side. */
export const backupStages = ['Discover', 'Copy', 'Settle'] as const;
export type BackupStage = (typeof backupStages)[number];

/** Counts what a backup does while it does it. A display samples it; nothing waits for a display. */
export class BackupProgress {
  #stage: BackupStage = 'Discover';
  #discovered = 0;
  #discoveryEnded = false;
  #queryState: string | undefined;
  #total = 0;
  #totalIsFinal = false;
  #done = 0;
  #attention = 0;
  #retried = 0;
  #bytes = 0;
  #pausedUntil: { at: number; why: string } | undefined;

  stageIs(stage: BackupStage): void {
    this.#stage = stage;
  }

  /** The org prepares the result of the document query. */
  queryIs(state: string, records: number): void {
    this.#queryState = `${state}, ${count(records)} records`;
  }

  discovered(documents: number): void {
    if (documents > 0) this.#queryState = undefined;
    this.#discovered += documents;
  }

  discoveryEnded(): void {
    this.#discoveryEnded = true;
    this.#queryState = undefined;
    this.#stage = 'Copy';
  }

  /**
   * Documents that this run takes on, as the catalog counts them: those done and those that remain.
   * @param isFinal they were counted after discovery had ended
   */
  totalIs(documents: number, isFinal: boolean): void {
    this.#total = documents;
    this.#totalIsFinal ||= isFinal;
  }

  outcome(outcome: CopyOutcome): void {
    switch (outcome.kind) {
      case 'released':
        return;
      case 'retry':
        this.#retried += 1;
        return;
      case 'copied':
        this.#done += 1;
        this.#bytes += outcome.target.size;
        return;
      case 'failed':
      case 'missing':
      case 'denied':
      case 'archived':
        this.#attention += 1;
        this.#done += 1;
        return;
      case 'skipped':
        this.#done += 1;
        return;
    }
  }

  paused(why: string, forMs: number): void {
    this.#pausedUntil = { at: performance.now() + forMs, why };
  }

  now(): Progress {
    return {
      stage: this.#stage,
      done: this.#done,
      // outcomes are counted here a moment before the catalog has them
      total: Math.max(this.#total, this.#done),
      totalIsFinal: this.#totalIsFinal,
      bytes: this.#bytes,
      attention: this.#attention,
      notes: [...this.#notes()],
    };
  }

  *#notes(): Generator<string> {
    if (!this.#discoveryEnded && this.#discovered > 0) yield `${count(this.#discovered)} read from the org`;
    if (this.#queryState !== undefined) yield `query: ${this.#queryState}`;
    if (this.#retried > 0) yield `${count(this.#retried)} put back for another try`;
    const pause = this.#pausedUntil;
    if (pause !== undefined && pause.at > performance.now()) {
      yield `paused for ${duration(pause.at - performance.now())}: ${pause.why}`;
    }
  }
}
