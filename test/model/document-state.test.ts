import { expect } from 'chai';
import { documentState, type CopyState } from '../../plugin/src/model/document-state.ts';

describe('The state of a document says what a user gets who opens it', () => {
  const facts = { record: 'present', copy: 'verified', link: 'ours', sourceChanged: false } as const;

  for (const copy of ['discovered', 'failed', 'missing', 'denied', 'archived', 'skipped'] satisfies CopyState[]) {
    it(`broken, where our link is on the record and the copy is ${copy}`, () => {
      expect(documentState({ ...facts, copy })).to.equal('broken');
      expect(documentState({ ...facts, copy, sourceChanged: true })).to.equal('broken');
      expect(documentState({ ...facts, copy, link: 'original' })).to.equal(copy);
    });
  }

  it('switched, where our link opens a copy', () => {
    expect(documentState(facts)).to.equal('switched');
    expect(documentState({ ...facts, copy: 'copied' })).to.equal('switched');
  });

  it('deleted, whatever the link was', () =>
    expect(documentState({ ...facts, record: 'deleted', copy: 'failed' })).to.equal('deleted'));
});
