import { Failure } from './failure.ts';
import type { Available } from '../org/org-facts.ts';

/** What the org answers, or why it would not. An expired session or a spent budget concerns everything: that throws. */
export async function attempt<T>(ask: () => Promise<T>): Promise<Available<T>> {
  try {
    return { told: true, value: await ask() };
  } catch (error) {
    if (!(error instanceof Failure) || error.failureClass === 'pause' || error.code === 'session-expired') throw error;
    return { told: false, code: error.code, message: error.message };
  }
}

/** Asks on from an answer, or passes on why there is none. */
export async function mapAvailable<T, U>(answer: Available<T>, ask: (value: T) => Promise<U>): Promise<Available<U>> {
  return answer.told ? attempt(() => ask(answer.value)) : answer;
}
