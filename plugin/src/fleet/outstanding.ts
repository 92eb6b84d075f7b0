import type { Comparison } from '../model/comparison.ts';
import type { CopyResult } from '../model/copy-outcome.ts';
import { failureInfo } from '../model/failure-codes.ts';
import type { Task } from './messages.ts';

/** A task that somebody waits for. */
export type Outstanding = {
  readonly task: Task;
  /** How many workers were lost while they had it among others. */
  losses: number;
  /** How many were lost while they had it and nothing else. */
  lossesAlone: number;
  readonly resolve: (value: CopyResult | Comparison) => void;
  readonly reject: (error: Error) => void;
};

/** A document that ends the worker which handles it twice, with nothing else in its hands, is what ends it. */
const lossesThatProve = 2;
/** So few lost documents are tried one by one at once; more of them first together once more, since most losses are chance. */
const fewDocuments = 20;

/** How what was lost with a worker goes on. */
export type Sorted = {
  /** With others, as before. */
  readonly together: readonly Outstanding[];
  /** Each while its worker has nothing else. */
  readonly alone: readonly Outstanding[];
  /** What the workers died of. */
  readonly deadly: readonly Outstanding[];
};

/**
 * Notes that a worker was lost with these tasks.
 * @param wasAlone it had nothing else, and had begun
 */
export function sortLost(lost: readonly Outstanding[], wasAlone: boolean): Sorted {
  for (const each of lost) {
    if (wasAlone) each.lossesAlone++;
    else each.losses++;
  }
  const alive = lost.filter(({ lossesAlone }) => lossesAlone < lossesThatProve);
  const isSuspect = ({ losses, lossesAlone }: Outstanding): boolean =>
    lossesAlone > 0 || losses > 1 || lost.length <= fewDocuments;
  return {
    together: alive.filter((each) => !isSuspect(each)),
    alone: alive.filter(isSuspect),
    deadly: lost.filter(({ lossesAlone }) => lossesAlone >= lossesThatProve),
  };
}

/** What becomes of a document that workers die of. */
export function deadlyResult({ kind, request }: Task): CopyResult | Comparison {
  const code = 'worker-lost';
  const message = `Each worker that handled the document ${request.document} ended over it.`;
  return { kind: kind === 'copy' ? 'failed' : 'not-compared', code, failureClass: failureInfo(code).class, message };
}
