import type { CopyOutcome } from '../model/copy-outcome.ts';
import type { Progress, ProgressNote } from '../run/progress.ts';

/** The stages of a backup, in order; the first two run side by side. */
export const backupStages = ['Discover', 'Copy', 'Reconcile deletions'] as const;
export type BackupStage = (typeof backupStages)[number];

/** Counts what a backup does while it does it. A display samples it; nothing waits for a display. */
export class BackupProgress {
  #stage: BackupStage = 'Discover';
  #discovered = 0;
  #discoveryEnded = false;
  #query: ProgressNote | undefined;
  #total = 0;
  #totalIsFinal = false;
  #done = 0;
  #attention = 0;
  #retried = 0;
  #bytes = 0;
  #pausedUntil: { at: number; reason: string } | undefined;

  stageIs(stage: BackupStage): void {
    this.#stage = stage;
  }

  /** The org prepares the result of the document query. */
  queryIs(state: string, records: number): void {
    this.#query = { kind: 'query', state, records };
  }

  discovered(documents: number): void {
    if (documents > 0) this.#query = undefined;
    this.#discovered += documents;
  }

  discoveryEnded(): void {
    this.#discoveryEnded = true;
    this.#query = undefined;
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

  paused(reason: string, forMs: number): void {
    this.#pausedUntil = { at: performance.now() + forMs, reason };
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

  *#notes(): Generator<ProgressNote> {
    if (!this.#discoveryEnded && this.#discovered > 0) {
      yield { kind: 'read-from-org', documents: this.#discovered };
    }
    if (this.#query !== undefined) yield this.#query;
    if (this.#retried > 0) yield { kind: 'retries', documents: this.#retried };
    const pause = this.#pausedUntil;
    if (pause !== undefined && pause.at > performance.now()) {
      yield { kind: 'paused', forMs: pause.at - performance.now(), reason: pause.reason };
    }
  }
}
