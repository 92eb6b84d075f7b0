import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { WakeSignal } from '../../plugin/src/run/wake-signal.ts';

const LONG_MS = 60_000;

describe('a doorbell', () => {
  it('ends a wait, whether it rings during it or before it', async () => {
    const bell = new WakeSignal();
    const waiting = bell.wait(LONG_MS);
    bell.notify();
    await waiting;
    await bell.wait(LONG_MS);
  });

  it('is not heard after a reset, and the wait ends by itself', async () => {
    const bell = new WakeSignal();
    bell.notify();
    bell.reset();
    const ended = bell.wait(30).then(() => 'ended');
    expect(await Promise.race([ended, delay(1, 'waits')])).to.equal('waits');
    expect(await ended).to.equal('ended');
  });
});
