import type { DocumentId } from '@file-migration/config';
import { expect } from 'chai';
import { isSampled, upperBound } from '../../plugin/src/verify/sample.ts';

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
});
