import { expect } from 'chai';
import { AdaptiveLimit, type Slot, type SlotEnd } from '../../plugin/src/storage/limits/adaptive-limit.ts';
import { ByteBudget } from '../../plugin/src/storage/limits/byte-budget.ts';

const { signal } = new AbortController();

/**
 * A server that works on up to `capacity` requests at once, 20 ms each, while more of them only wait; clients always
 * want more. Runs on a clock of its own.
 */
async function simulate(limit: AdaptiveLimit, clock: { now: number }, capacity: number, rounds: number): Promise<void> {
  let running: Slot[] = [];
  const ask = (): void => void Promise.resolve(limit.acquire('small', signal)).then((slot) => running.push(slot));
  for (let n = 0; n < 600; n++) ask();
  for (let round = 0; round < rounds; round++) {
    await new Promise(setImmediate);
    const batch = running;
    running = [];
    const milliseconds = 20 * Math.max(1, batch.length / capacity);
    clock.now += milliseconds;
    for (const slot of batch) {
      limit.release(slot, done(milliseconds));
      ask();
    }
  }
}

function done(timeToHeadersMs: number): SlotEnd {
  return { kind: 'done', bytes: 0, timeToHeadersMs };
}

describe('the adaptive limit', () => {
  for (const capacity of [10, 40, 150]) {
    it(`finds its level by itself where a server takes ${capacity} at once`, async () => {
      const clock = { now: 0 };
      const limit = new AdaptiveLimit({ initial: 16, max: 256, now: () => clock.now });
      await simulate(limit, clock, capacity, 400);
      expect(limit.limit).to.be.within(Math.min(16, capacity * 0.6), Math.max(24, capacity * 1.8));
    });
  }

  it('keeps a share for small files while large ones wait, and the other way round', async () => {
    const limit = new AdaptiveLimit({ initial: 8, max: 8 });
    const granted: string[] = [];
    const ask = (lane: 'small' | 'large'): void => {
      void Promise.resolve(limit.acquire(lane, signal)).then((slot) => granted.push(slot.lane));
    };
    for (let n = 0; n < 20; n++) ask('large');
    for (let n = 0; n < 20; n++) ask('small');
    await new Promise(setImmediate);
    expect(granted.filter((lane) => lane === 'large')).to.have.length(6);
    expect(granted.filter((lane) => lane === 'small')).to.have.length(2);
  });

  it('cuts once for a burst of refusals that were all sent before the cut', () => {
    let now = 0;
    const limit = new AdaptiveLimit({ initial: 100, max: 100, now: () => now });
    const slots = Array.from({ length: 50 }, () => limit.acquire('small', signal));
    now = 10;
    for (const slot of slots) if (!(slot instanceof Promise)) limit.release(slot, { kind: 'slow-down', bytes: 0 });
    expect(limit.limit).to.equal(70);
    expect(limit.slowDowns).to.equal(50);
    expect(limit.inFlight).to.equal(0);
  });

  it('gives the place in the queue up when its copy is cancelled', async () => {
    const limit = new AdaptiveLimit({ initial: 1, max: 1 });
    const first = limit.acquire('small', signal);
    const cancel = new AbortController();
    const second = Promise.resolve(limit.acquire('small', cancel.signal));
    cancel.abort();
    const reason = await second.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(reason).to.equal(cancel.signal.reason);
    if (first instanceof Promise) throw new Error('the first slot is free');
    limit.release(first, done(1));
    expect(limit.inFlight).to.equal(0);
  });
});

describe('the byte budget', () => {
  it('never holds more than its total, serves in order, and lets one oversized file pass alone', async () => {
    const budget = new ByteBudget(100);
    const order: number[] = [];
    const take = (bytes: number): Promise<void> =>
      Promise.resolve(budget.acquire(bytes, signal)).then(() => void order.push(bytes));
    const all = [take(60), take(50), take(10), take(500)];
    await new Promise(setImmediate);
    expect(order).to.deep.equal([60]);
    expect(budget.held).to.equal(60);
    budget.release(60);
    await new Promise(setImmediate);
    expect(order).to.deep.equal([60, 50, 10]);
    budget.release(50);
    budget.release(10);
    await Promise.all(all);
    expect(budget.held).to.equal(500);
  });
});
