import { expect } from 'chai';
import { Failure } from '../../plugin/src/model/failure.ts';
import {
  failureInfo,
  knownFailureCodes,
  orgFailureCode,
  storedFailureCode,
} from '../../plugin/src/model/failure-codes.ts';

describe('The registry of failure codes', () => {
  it('says in one sentence what each code means', () => {
    for (const code of knownFailureCodes) {
      const { text, advice = text } = failureInfo(code);
      expect(text, code).to.match(/^(\p{Lu}|migration\.json ).*\.$/u);
      expect(advice, code).to.match(/\.$|: sf migrate files [\w -]+$/);
    }
  });

  it('gives a failure its class, unless the answer decides it', () => {
    expect(new Failure('No.', { code: 'source-missing' }).failureClass).to.equal('skip');
    expect(new Failure('No.', { code: 'target-occupied', failureClass: 'stop' }).failureClass).to.equal('stop');
  });

  it('knows a code of an older catalog by its present name', () =>
    expect(['no-way', 'way-unfit', 'way-not-configured'].map(storedFailureCode)).to.deep.equal([
      'no-method',
      'method-unfit',
      'method-not-configured',
    ]));

  it('keeps codes of Salesforce and of the Python scripts, and marks those that nobody knows any more', () => {
    expect(storedFailureCode('org-something-new')).to.equal('org-something-new');
    expect(storedFailureCode('predecessor-timeout')).to.equal('predecessor-timeout');
    expect(storedFailureCode('forgotten')).to.equal('unlisted-forgotten');
    expect(failureInfo(storedFailureCode('forgotten'))).to.equal(undefined);
  });

  it('has a stable name for a code of Salesforce', () =>
    expect(orgFailureCode('INVALID_FIELD')).to.equal('org-invalid-field'));
});
