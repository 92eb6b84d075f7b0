import { Failure } from '../../model/failure.ts';
import type { Found } from '../survey-facts.ts';

export function known<T>(value: T): Found<T> {
  return { known: true, value };
}

/** For what was not asked. @param why the rest of a sentence */
export function notChecked(why: string): Found<never> {
  return { known: false, because: 'not-checked', message: `Not checked: ${why}` };
}

/** Runs one check of a survey; refused, not offered and failed are told apart, and none of them is an answer. */
export async function found<T>(check: () => Promise<T>): Promise<Found<T>> {
  try {
    return known(await check());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fix = error instanceof Failure ? error.actions[0] : undefined;
    return { known: false, because: reason(error), message, ...(fix !== undefined && { fix }) };
  }
}

function reason(error: unknown): 'denied' | 'not-supported' | 'failed' {
  if (!(error instanceof Failure)) return 'failed';
  if (error.code.endsWith('-denied') || error.code.endsWith('-credentials')) return 'denied';
  return error.code.endsWith('-refused') ? 'not-supported' : 'failed';
}
