import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { BoundedCounts } from '../../../middleware/src/operations/bounded-counts.ts';

describe('Counts by key', () => {
  it('begin anew with each window', async () => {
    const counts = new BoundedCounts(50, 10);
    expect([counts.add('a').hits, counts.add('a').hits, counts.of('a')]).to.deep.equal([1, 2, 2]);
    await wait(60);
    expect([counts.of('a'), counts.add('a').hits]).to.deep.equal([0, 1]);
  });

  it('hold a bounded number of keys, however many come', () => {
    const counts = new BoundedCounts(60_000, 1000);
    for (let key = 0; key < 100_000; key++) counts.add(String(key));
    expect(counts.size).to.equal(1000);
    expect([counts.of('99999'), counts.of('1')]).to.deep.equal([1, 0]);
  });
});
