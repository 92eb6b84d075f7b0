import type { Progress, ProgressNote } from '../run/progress.ts';

export const analysisStages = ['Query records', 'Check sources', 'Measure download speed', 'Summarize'] as const;
export type AnalysisStage = (typeof analysisStages)[number];

/** Counts what an analysis does while it does it. */
export class AnalysisProgress {
  #stage: AnalysisStage = 'Query records';
  #done = 0;
  #total = 0;
  #bytes = 0;
  #note: ProgressNote | undefined;

  begin(stage: AnalysisStage, total: number): void {
    this.#stage = stage;
    this.#total = total;
    this.#done = 0;
    this.#note = undefined;
  }

  /** The org prepares the result of the document query. */
  queryIs(state: string, records: number): void {
    this.#note = { kind: 'query', state, records };
  }

  add(documents: number, bytes = 0): void {
    if (documents > 0) this.#note = undefined;
    this.#done += documents;
    this.#bytes += bytes;
  }

  get stage(): AnalysisStage {
    return this.#stage;
  }

  now(): Progress {
    return {
      stage: this.#stage,
      done: this.#done,
      total: Math.max(this.#total, this.#done),
      totalIsFinal: true,
      bytes: this.#bytes,
      attention: 0,
      notes: this.#note === undefined ? [] : [this.#note],
    };
  }
}
