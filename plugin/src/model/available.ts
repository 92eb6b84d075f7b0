import { Failure } from './failure.ts';
import type { FailureCode } from './failure-codes.ts';

/** A value that somebody was asked for, or why there is none: denied is never taken for empty. */
export type Available<T> =
  | { readonly available: true; readonly value: T }
  | { readonly available: false; readonly code: FailureCode; readonly message: string };

/** Codes of failures that every other question would meet as well. */
const concernsAll: ReadonlySet<string> = new Set([
  'session-expired',
  'org-api-version-missing',
  'org-moved',
  'org-unreachable',
]);

/** What the org answers, or why it would not. An expired session or a spent budget concerns everything: that throws. */
export async function attempt<T>(ask: () => Promise<T>): Promise<Available<T>> {
  try {
    return { available: true, value: await ask() };
  } catch (error) {
    if (!(error instanceof Failure) || error.failureClass === 'pause' || concernsAll.has(error.code)) throw error;
    return { available: false, code: error.code, message: error.message };
  }
}

/** Asks on from an answer, or passes on why there is none. */
export async function mapAvailable<T, U>(answer: Available<T>, ask: (value: T) => Promise<U>): Promise<Available<U>> {
  return answer.available ? attempt(() => ask(answer.value)) : answer;
}
