import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { TtlCache } from '../../../middleware/src/access/ttl-cache.ts';

describe('A cache whose answers grow old', () => {
  it('asks once for callers who ask at once, and again when the answer is old', async () => {
    const cache = new TtlCache<number>(0.05, 10);
    let asked = 0;
    const ask = async (): Promise<number> => {
      await wait(5);
      return ++asked;
    };
    expect(await Promise.all([1, 2, 3].map(() => cache.get('q', ask)))).to.deep.equal([1, 1, 1]);
    expect(await cache.get('q', ask)).to.equal(1);
    await wait(60);
    expect(await cache.get('q', ask)).to.equal(2);
  });

  it('counts the age of an answer from the question, so that a slow answer is not younger than the truth', async () => {
    const cache = new TtlCache<number>(0.05, 10);
    let asked = 0;
    const ask = async (): Promise<number> => {
      await wait(60);
      return ++asked;
    };
    expect(await cache.get('q', ask)).to.equal(1);
    expect(await cache.get('q', ask)).to.equal(2);
  });

  it('remembers no error and nothing that is not worth keeping', async () => {
    const cache = new TtlCache<string>(10, 10);
    const failing = cache.get('q', () => Promise.reject(new Error('down')));
    expect(await failing.catch(() => 'failed')).to.equal('failed');
    expect(
      await cache.get(
        'q',
        () => Promise.resolve('busy'),
        () => false,
      ),
    ).to.equal('busy');
    expect(await cache.get('q', () => Promise.resolve('fine'))).to.equal('fine');
  });

  it('holds no more than it may and forgets the oldest', async () => {
    const cache = new TtlCache<number>(10, 3);
    for (const question of ['a', 'b', 'c', 'd']) await cache.get(question, () => Promise.resolve(1));
    expect(await cache.get('a', () => Promise.resolve(2))).to.equal(2);
    expect(await cache.get('d', () => Promise.resolve(2))).to.equal(1);
  });
});
