import type { CopyResult } from '../model/copy-outcome.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Task, TaskNumber } from './messages.ts';

/** A task that somebody waits for. */
export type Outstanding = {
  readonly number: TaskNumber;
  readonly task: Task;
  /** How many workers have died while they had it and nothing else. */
  lossesAlone: number;
  readonly resolve: (value: CopyResult | Comparison) => void;
  readonly reject: (error: Error) => void;
};

/** A document that ends the process which handles it twice, with nothing else in its hands, is what ends it. */
const lossesThatProve = 2;

/**
 * Notes that a worker has died with these tasks.
 * @returns the ones to be tried again, and the ones that it died of
 */
export function sortLost(lost: readonly Outstanding[]): {
  readonly again: readonly Outstanding[];
  readonly deadly: readonly Outstanding[];
} {
  const [only] = lost;
  if (lost.length === 1 && only !== undefined) only.lossesAlone++;
  return {
    again: lost.filter(({ lossesAlone }) => lossesAlone < lossesThatProve),
    deadly: lost.filter(({ lossesAlone }) => lossesAlone >= lossesThatProve),
  };
}
