import { expect } from 'chai';
import { orgFailureCode } from '../../plugin/src/model/failure-codes.ts';
import { classOfCode } from '../../plugin/src/org/error-class.ts';

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
    ['CANNOT_EXECUTE_FLOW_TRIGGER', 'stop'],
    ['SOMETHING_NEW', undefined],
  ] as const) {
    it(`${code} means ${String(expected)}`, () => expect(classOfCode(code, '')).to.equal(expected));
  }

  it('of a trigger is read by its message: a lock passes, a broken trigger does not', () => {
    const code = 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY';
    expect(
      classOfCode(code, 'DocTrigger: System.DmlException: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access'),
    ).to.equal('retry');
    expect(classOfCode(code, 'DocTrigger: System.LimitException: Apex CPU time limit exceeded')).to.equal('retry');
    expect(classOfCode(code, 'DocTrigger: System.NullPointerException')).to.equal('stop');
  });

  it('has a stable name of ours', () => expect(orgFailureCode('INVALID_FIELD')).to.equal('org-invalid-field'));
});
