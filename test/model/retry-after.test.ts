import { expect } from 'chai';
import { retryAfter } from '../../plugin/src/model/retry-after.ts';

describe('Retry-After', () => {
  it('holds whole seconds, with or without spaces around them', () => {
    expect(retryAfter('0')).to.equal(0);
    expect(retryAfter('3600')).to.equal(3_600_000);
    expect(retryAfter(' 2 ')).to.equal(2_000);
  });

  it('holds a date, which is over when it lies in the past', () => {
    const ahead = retryAfter(new Date(Date.now() + 90_000).toUTCString());
    expect(ahead).to.be.within(85_000, 90_000);
    expect(retryAfter('Sun, 06 Nov 1994 08:49:37 GMT')).to.equal(0);
  });

  it('is no wait at all when it is missing, empty, repeated or nonsense', () => {
    for (const header of [undefined, '', '  ', 'soon', '1e3x', ['1', '2']]) {
      expect(retryAfter(header), String(header)).to.equal(undefined);
    }
  });
});
