import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { offAbort, onAbort } from '@file-migration/http/abort-callbacks';

describe('callbacks for an abort', () => {
  it('are all called once, but for those that were taken back', () => {
    const abort = new AbortController();
    const called: string[] = [];
    const gone = (): number => called.push('gone');
    onAbort(abort.signal, () => called.push('one'));
    onAbort(abort.signal, gone);
    onAbort(abort.signal, () => called.push('two'));
    offAbort(abort.signal, gone);
    abort.abort();
    abort.abort();
    expect(called).to.deep.equal(['one', 'two']);
  });

  it('may be taken back by one another', () => {
    const abort = new AbortController();
    const called: string[] = [];
    const second = (): number => called.push('second');
    onAbort(abort.signal, () => {
      called.push('first');
      offAbort(abort.signal, second);
    });
    onAbort(abort.signal, second);
    abort.abort();
    expect(called).to.deep.equal(['first']);
  });

  it('leave no listener behind once the last was taken back, and can be given again', () => {
    const abort = new AbortController();
    const called: string[] = [];
    const one = (): number => called.push('one');
    const two = (): number => called.push('two');
    onAbort(abort.signal, one);
    onAbort(abort.signal, two);
    offAbort(abort.signal, one);
    expect(getEventListeners(abort.signal, 'abort')).to.have.length(1);
    offAbort(abort.signal, two);
    expect(getEventListeners(abort.signal, 'abort')).to.have.length(0);
    onAbort(abort.signal, one);
    abort.abort();
    expect(called).to.deep.equal(['one']);
  });
});
