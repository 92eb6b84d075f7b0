import { expect } from 'chai';
import type { CopyOutcome } from '../../plugin/src/model/copy-outcome.ts';
import { CircuitBreaker } from '../../plugin/src/run/circuit-breaker.ts';

const copied = { kind: 'copied' } as CopyOutcome;
const failed = (code: 'target-denied' | 'source-refused'): CopyOutcome => ({
  kind: 'failed',
  code,
  failureClass: 'skip',
  message: 'refused',
});

/** How many of these it takes until the run stops; Infinity for never. */
function until(before: readonly CopyOutcome[], outcome: CopyOutcome): number {
  const breaker = new CircuitBreaker();
  for (const one of before) breaker.take(one);
  for (let taken = 1; taken <= 5000; taken++) {
    try {
      breaker.take(outcome);
    } catch {
      return taken;
    }
  }
  return Infinity;
}

describe('Refusals in a row', () => {
  it('stop a run that has copied nothing yet', () => {
    expect(until([], failed('source-refused'))).to.equal(100);
  });

  it('stop a run that has copied before, when the target refuses', () => {
    expect(until([copied, copied], failed('target-denied'))).to.equal(25);
  });

  it('stop it later when the source refuses, whose folders may be closed', () => {
    expect(until([copied], failed('source-refused'))).to.equal(1000);
  });

  it('are counted anew after a copy and after another refusal', () => {
    const breaker = new CircuitBreaker();
    for (let turn = 0; turn < 20; turn++) {
      for (let n = 0; n < 24; n++) breaker.take(failed('target-denied'));
      breaker.take(turn % 2 === 0 ? copied : failed('source-refused'));
    }
  });
});
