import type { FailureClass } from '../model/failure.ts';
import { failureInfo, orgFailureCode } from '../model/failure-codes.ts';

/** A lock or a CPU limit of the moment, wrapped by the trigger it hit. */
const PASSING = /UNABLE_TO_LOCK_ROW|unable to obtain exclusive access|CPU time limit exceeded/i;

/**
 * The class of a Salesforce error code, of a request or of one row of a job; undefined for a code that we have no rule
 * for.
 */
export function classOfCode(errorCode: string, message: string): FailureClass | undefined {
  if (errorCode === 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY') return PASSING.test(message) ? 'retry' : 'stop';
  if (errorCode.startsWith('INSUFFICIENT_ACCESS')) return 'stop';
  return failureInfo(orgFailureCode(errorCode))?.class;
}
