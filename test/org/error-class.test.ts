import { expect } from 'chai';
import { orgFailureCode } from '../../plugin/src/model/failure-codes.ts';
import { classOfCode, classOfJobMessage, unwrapped } from '../../plugin/src/org/error-class.ts';

describe('A Salesforce error code', () => {
  for (const [code, expected] of [
    ['UNABLE_TO_LOCK_ROW', 'retry'],
    ['SERVER_UNAVAILABLE', 'retry'],
    ['REQUEST_LIMIT_EXCEEDED', 'pause'],
    ['STRING_TOO_LONG', 'skip'],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'skip'],
    ['ENTITY_IS_DELETED', 'skip'],
    ['INSUFFICIENT_ACCESS_OR_READONLY', 'stop'],
    ['INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'stop'],
    ['CANNOT_EXECUTE_FLOW_TRIGGER', 'skip'],
    ['ENTITY_IS_LOCKED', 'skip'],
    ['INVALID_FIELD', 'stop'],
    ['SOMETHING_NEW', undefined],
  ] as const) {
    it(`${code} means ${String(expected)}`, () => expect(classOfCode(code, '')).to.equal(expected));
  }

  const wrapping = [
    'CANNOT_EXECUTE_FLOW_TRIGGER',
    'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    'UNKNOWN_EXCEPTION',
  ];
  for (const code of wrapping) {
    it(`${code} that wraps a lock is that lock, and a limit of the moment passes`, () => {
      const lock = 'UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record or 1 records: 001';
      expect(unwrapped(code, `first error: ${lock}`)).to.equal('UNABLE_TO_LOCK_ROW');
      expect(classOfCode(code, `first error: ${lock}`)).to.equal('retry');
      expect(classOfCode(code, 'System.LimitException: Apex CPU time limit exceeded')).to.equal('retry');
      expect(unwrapped(code, 'System.NullPointerException')).to.equal(code);
      expect(classOfCode(code, 'System.NullPointerException')).to.not.equal('retry');
    });
  }

  it('of a request limit is read by its message: too many at this moment passes, a spent day does not', () => {
    const code = 'REQUEST_LIMIT_EXCEEDED';
    expect(classOfCode(code, 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.')).to.equal('retry');
    expect(classOfCode(code, 'TotalRequests Limit exceeded.')).to.equal('pause');
  });

  for (const [message, expected] of [
    ['InvalidBatch : Field name not found : File_Key__c', 'stop'],
    ['ClientInputError : LineEnding is invalid on user data', 'stop'],
    ['FeatureNotEnabled : Bulk API is not enabled', 'stop'],
    ['ExceededQuota : ApiBatchItems Limit exceeded.', 'pause'],
    ['InternalServerError : Retried more than 20 times', 'retry'],
    ['TooManyLockFailure : Too many lock failure.', 'retry'],
    ['no reason given', 'retry'],
  ] as const) {
    it(`of a failed job, ${message}, means ${expected}`, () => expect(classOfJobMessage(message)).to.equal(expected));
  }

  it('has a stable name of ours', () => expect(orgFailureCode('INVALID_FIELD')).to.equal('org-invalid-field'));
});
