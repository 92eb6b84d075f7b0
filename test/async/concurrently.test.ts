import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { concurrently } from '../../plugin/src/async/concurrently.ts';

describe('A bounded worker loop', () => {
  it('works on every item, and on no more at once than it may', async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await concurrently(
      Array.from({ length: 50 }, (_, n) => n),
      { atOnce: 4 },
      async (item) => {
        most = Math.max(most, ++now);
        await turn();
        now--;
        done.push(item);
      },
    );
    expect(done.toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: 50 }, (_, n) => n));
    expect(most).to.equal(4);
  });

  it('grows and shrinks with what is allowed', async () => {
    let [allowed, now, worked] = [1, 0, 0];
    const seen: number[] = [];
    await concurrently(Array.from({ length: 30 }), { atOnce: () => allowed }, async () => {
      seen.push(++now);
      await turn();
      worked++;
      allowed = worked < 10 ? 5 : 1;
      now--;
    });
    expect(worked).to.equal(30);
    expect(Math.max(...seen.slice(0, 15))).to.equal(5);
    expect(Math.max(...seen.slice(-10))).to.equal(1);
  });

  it('takes nothing more after a failure, and throws it when what was under way has ended', async () => {
    let [taken, ended] = [0, 0];
    const failing = concurrently(Array.from({ length: 100 }), { atOnce: 3 }, async () => {
      const mine = ++taken;
      await turn();
      ended++;
      if (mine === 2) throw new Error('the second');
    });
    expect(await failing.catch((error: unknown) => (error as Error).message)).to.equal('the second');
    expect(taken).to.be.lessThan(10);
    expect(ended).to.equal(taken);
  });

  it('lets what was taken end after a stop, and takes nothing more', async () => {
    const stop = new AbortController();
    let [taken, ended] = [0, 0];
    await concurrently(Array.from({ length: 100 }), { atOnce: 3, signal: stop.signal }, async () => {
      if (++taken === 3) stop.abort();
      await turn();
      ended++;
    });
    expect([taken, ended]).to.deep.equal([3, 3]);
  });
});
