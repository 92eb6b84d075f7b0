import type { FailureClass } from '../model/failure.ts';

/**
 * What is to be done about a Salesforce error code, of a request or of one row of a job.
 * Codes: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
 */
const CLASSES: Readonly<Record<string, FailureClass>> = {
  UNABLE_TO_LOCK_ROW: 'retry',
  API_TEMPORARILY_UNAVAILABLE: 'retry',
  SERVER_UNAVAILABLE: 'retry',
  QUERY_TIMEOUT: 'retry',
  INVALID_SESSION_ID: 'retry',
  REQUEST_LIMIT_EXCEEDED: 'pause',
  LIMIT_EXCEEDED: 'pause',
  STRING_TOO_LONG: 'skip',
  FIELD_CUSTOM_VALIDATION_EXCEPTION: 'skip',
  ENTITY_IS_DELETED: 'skip',
  INVALID_CROSS_REFERENCE_KEY: 'skip',
  MALFORMED_ID: 'skip',
  ENTITY_IS_LOCKED: 'stop',
  CANNOT_EXECUTE_FLOW_TRIGGER: 'stop',
  INVALID_FIELD: 'stop',
};

/** A lock or a CPU limit of the moment, wrapped by the trigger it hit. */
const PASSING = /UNABLE_TO_LOCK_ROW|unable to obtain exclusive access|CPU time limit exceeded/i;

/** The class of a Salesforce error code; undefined for a code that we have no rule for. */
export function classOfCode(errorCode: string, message: string): FailureClass | undefined {
  if (errorCode === 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY') return PASSING.test(message) ? 'retry' : 'stop';
  if (errorCode.startsWith('INSUFFICIENT_ACCESS')) return 'stop';
  return CLASSES[errorCode];
}

/** Salesforce's `INVALID_FIELD` as our `org-invalid-field`. */
export function failureCode(errorCode: string): string {
  return `org-${errorCode.toLowerCase().replaceAll('_', '-')}`;
}
