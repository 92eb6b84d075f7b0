import { Failure } from '../errors/failure.ts';
import type { Told } from './org-facts.ts';

/** What the org answers, or why it would not. An expired session or a spent budget concerns everything: that throws. */
export async function told<T>(ask: () => Promise<T>): Promise<Told<T>> {
  try {
    return { told: true, value: await ask() };
  } catch (error) {
    if (!(error instanceof Failure) || error.failureClass === 'pause' || error.code === 'session-expired') throw error;
    return { told: false, code: error.code, message: error.message };
  }
}

/** Asks on from an answer, or passes on why there is none. */
export async function fromTold<T, U>(answer: Told<T>, ask: (value: T) => Promise<U>): Promise<Told<U>> {
  return answer.told ? told(() => ask(answer.value)) : answer;
}
