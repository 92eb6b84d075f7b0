import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { WakeSignal } from '../../plugin/src/run/wake-signal.ts';

const LONG_MS = 60_000;

describe('a wake signal', () => {
  it('ends a wait, whether it comes during it or before it', async () => {
    const wake = new WakeSignal();
    const waiting = wake.wait(LONG_MS);
    wake.notify();
    await waiting;
    await wake.wait(LONG_MS);
  });

  it('is not heard after a reset, and the wait ends by itself', async () => {
    const wake = new WakeSignal();
    wake.notify();
    wake.reset();
    const ended = wake.wait(30).then(() => 'ended');
    expect(await Promise.race([ended, delay(1, 'waits')])).to.equal('waits');
    expect(await ended).to.equal('ended');
  });
});
