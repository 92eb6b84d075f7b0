import { expect } from 'chai';
import { offAbort, onAbort } from '../../plugin/src/storage/limits/abort-callbacks.ts';

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
});
