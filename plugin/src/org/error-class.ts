import type { FailureClass } from '../model/failure.ts';
import { failureInfo, orgFailureCode } from '../model/failure-codes.ts';

/** Codes of automation and of nothing in particular: what happened stands in their message. */
const WRAPPING: ReadonlySet<string> = new Set([
  'CANNOT_EXECUTE_FLOW_TRIGGER',
  'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
  'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  'FLOW_EXCEPTION',
  'APEX_ERROR',
  'UNKNOWN_EXCEPTION',
]);

/** 403 `REQUEST_LIMIT_EXCEEDED` also says that too many long requests run at this moment: that passes within seconds. */
export function isConcurrency(message: string): boolean {
  return /concurrent/i.test(message);
}

/** A code that only wraps another one is that one: `UNABLE_TO_LOCK_ROW` that a flow met is a lock. */
export function unwrapped(errorCode: string, message: string): string {
  const isLock = /UNABLE_TO_LOCK_ROW|unable to obtain exclusive access/i.test(message);
  return WRAPPING.has(errorCode) && isLock ? 'UNABLE_TO_LOCK_ROW' : errorCode;
}

/**
 * The class of a Salesforce error code, of a request or of one row of a job; undefined for a code that we have no rule
 * for.
 */
export function classOfCode(errorCode: string, message: string): FailureClass | undefined {
  const code = unwrapped(errorCode, message);
  if (code.startsWith('INSUFFICIENT_ACCESS')) return 'stop';
  if (code === 'REQUEST_LIMIT_EXCEEDED' && isConcurrency(message)) return 'retry';
  if (WRAPPING.has(code) && /CPU time limit exceeded|unexpected error occurred/i.test(message)) return 'retry';
  return failureInfo(orgFailureCode(code))?.class;
}

/**
 * Bulk API codes of a job as a whole. The rest (`InternalServerError`, `TooManyLockFailure`, `Timeout`, `Unknown`) is
 * bad luck of the moment.
 * Codes: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm
 */
const REFUSALS: ReadonlySet<string> = new Set([
  'ClientInputError',
  'FeatureNotEnabled',
  'InvalidBatch',
  'InvalidEntity',
  'InvalidJob',
  'InvalidOperation',
  'InvalidUser',
  'InvalidXML',
  'FunctionalityNotEnabled',
  'ObjectUnavailable',
]);

/** The class of what Salesforce says of a failed job: `InvalidBatch : Field name not found : File_Key__c`. */
export function classOfJobMessage(errorMessage: string): FailureClass {
  const [, code = '', message = errorMessage] = /^(\w+)\s*:\s*(.*)/s.exec(errorMessage) ?? [];
  if (code === 'ExceededQuota') return 'pause';
  return REFUSALS.has(code) ? 'stop' : (classOfCode(code, message) ?? 'retry');
}
