import { expect } from 'chai';
import { bytes, count, countOf, dollars, duration, moment, share } from '../../plugin/src/format/quantity.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('numbers on every screen', () => {
  it('writes counts with separators, and the noun in the right number', () => {
    expect(count(1_299_245)).to.equal('1,299,245');
    expect([countOf(1, 'document'), countOf(0, 'document'), countOf(2, 'retry', 'retries')]).to.deep.equal([
      '1 document',
      '0 documents',
      '2 retries',
    ]);
  });

  it('writes bytes in powers of 1,000', () => {
    expect([0, 999, 1_000, 1_700_000_000_000].map(bytes)).to.deep.equal(['0 B', '999 B', '1 kB', '1.7 TB']);
  });

  it('writes durations in the two largest units', () => {
    const durations = [0, 412, 12 * second, 3 * minute + 5 * second, 2 * hour + 7 * minute, 76 * hour];
    expect(durations.map(duration)).to.deep.equal(['0s', '0.4s', '12s', '3m 5s', '2h 7m', '3d 4h']);
  });

  it('never rounds up to a full minute or hour in the smaller unit', () => {
    expect([59.6 * second, 59 * minute + 59.6 * second].map(duration)).to.deep.equal(['1m 0s', '1h 0m']);
  });

  it('writes 100% and 0% only when they are exact', () => {
    expect([share(5, 8), share(999_999, 1_000_000), share(1, 1_000_000), share(0, 7), share(7, 7)]).to.deep.equal([
      '62.5%',
      '99.9%',
      '0.1%',
      '0%',
      '100%',
    ]);
    expect(share(0, 0), 'a share of nothing').to.equal('–');
  });

  it('writes dollars with cents, and moments in UTC', () => {
    expect(dollars(1234.5)).to.equal('$1,234.50');
    expect(moment(Date.UTC(2026, 10, 22, 15, 37, 4))).to.equal('2026-11-22 15:37:04 UTC');
  });
});
