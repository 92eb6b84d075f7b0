import { expect } from 'chai';
import { gateResultsFrom } from '../../plugin/src/catalog/tables/gate-results.ts';

describe('the gates that a catalog keeps', () => {
  it('are read under today’s names, whichever version wrote them', () => {
    const former = { label: 'l', value: '3', threshold: '0' };
    const written = {
      at: 7,
      gates: [
        { gate: 'heads', passed: false, advice: 'sf migrate files backup', ...former },
        { gate: 'drift', passed: false, ignored: true, ...former },
        { gate: 'journal-space', passed: true, ...former },
        { id: 'guard', label: 'l', status: 'unknown', found: 'f', expected: 'e', fix: 'x' },
      ],
    };
    const present = { label: 'l', found: '3', expected: '0' };
    expect(gateResultsFrom(JSON.stringify(written))).to.deep.equal({
      at: 7,
      gates: [
        { id: 'copies', status: 'failed', fix: 'sf migrate files backup', ...present },
        { id: 'drift', status: 'ignored', ...present },
        { id: 'disk-space', status: 'passed', ...present },
        written.gates[3],
      ],
    });
  });
});
