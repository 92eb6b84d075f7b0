import type { DocumentId } from '@file-migration/config';
import { expect } from 'chai';
import { shareEstimate, upperBound } from '../../plugin/src/sampling/binomial.ts';
import { meanEstimate } from '../../plugin/src/sampling/mean.ts';
import { RandomSample, isSampled } from '../../plugin/src/sampling/sample.ts';

describe('a sample', () => {
  const ids = Array.from({ length: 20_000 }, (_, nth) => `a00${String(nth).padStart(15, '0')}` as DocumentId);

  it('takes about its share, the same documents for the same seed, others for another one', () => {
    const taken = (seed: string): DocumentId[] => ids.filter((id) => isSampled(id, 5, seed));
    expect(taken('a').length).to.be.within(850, 1150);
    expect(taken('a')).to.deep.equal(taken('a'));
    expect(taken('a').filter((id) => isSampled(id, 5, 'b')).length).to.be.below(120);
    expect(ids.every((id) => isSampled(id, 100, 'a'))).to.equal(true);
  });

  it('bounds the bad share as the tables of Clopper and Pearson do', () => {
    expect(upperBound(0, 100)).to.be.closeTo(0.02951, 1e-5);
    expect(upperBound(2, 50)).to.be.closeTo(0.12061, 1e-4);
    expect(upperBound(0, 60_000)).to.be.closeTo(-Math.log(0.05) / 60_000, 1e-8);
    expect(upperBound(3000, 60_000)).to.be.within(0.05, 0.0516);
    expect(upperBound(5, 5)).to.equal(1);
    expect(upperBound(0, 0)).to.equal(1);
  });

  it('of a stream has the size that was asked for, and takes every document equally often', () => {
    const taken = new Map<DocumentId, number>();
    const few = ids.slice(0, 500);
    for (let seed = 0; seed < 200; seed++) {
      const sample = new RandomSample<DocumentId>(50, String(seed));
      for (const id of few) sample.offer(id, () => id);
      const items = sample.items();
      expect(new Set(items).size).to.equal(50);
      for (const id of items) taken.set(id, (taken.get(id) ?? 0) + 1);
    }
    // 200 draws of a tenth: 20 each, give or take four standard deviations
    expect(taken.size).to.equal(500);
    for (const times of taken.values()) expect(times).to.be.within(3, 38);
    const small = new RandomSample<DocumentId>(50, 'x');
    for (const id of ids.slice(0, 7)) small.offer(id, () => id);
    expect(small.items()).to.have.members(ids.slice(0, 7));
  });

  it('bounds a share on both sides as the tables of Clopper and Pearson do', () => {
    const { share, low, high } = shareEstimate(5, 100);
    expect(share).to.equal(0.05);
    expect(low).to.be.closeTo(0.01643, 1e-4);
    expect(high).to.be.closeTo(0.11284, 1e-4);
    expect(shareEstimate(0, 20)).to.deep.include({ share: 0, low: 0 });
    expect(shareEstimate(20, 20)).to.deep.include({ share: 1, high: 1 });
    expect(shareEstimate(0, 0)).to.deep.include({ low: 0, high: 1 });
  });

  it('gives a mean an interval that narrows as the sample grows, and never reaches below the smallest value', () => {
    const values = (size: number): number[] => Array.from({ length: size }, (_, nth) => (nth % 50 === 0 ? 9_000 : 10));
    const [small, large] = [meanEstimate(values(100))!, meanEstimate(values(5_000))!];
    expect(large.high - large.low).to.be.lessThan((small.high - small.low) / 4);
    for (const { low, mean, high } of [small, large]) expect(low >= 10 && low <= mean && mean <= high).to.equal(true);
    expect(meanEstimate([])).to.equal(undefined);
    expect(meanEstimate(values(100))).to.deep.equal(small);
  });
});
