import { EVIDENCE_GRADES, EVIDENCE_MEANING, atLeast, weaker } from '@file-migration/config';
import { expect } from 'chai';

describe('Evidence', () => {
  it('is as strong as its weaker leg', () => {
    expect(weaker('A', 'D')).to.equal('D');
    expect(weaker('E', 'B')).to.equal('E');
    expect(weaker('C', 'C')).to.equal('C');
  });

  it('is enough when it is the least accepted grade or a stronger one', () => {
    expect(EVIDENCE_GRADES.filter((grade) => atLeast(grade, 'C'))).to.deep.equal(['A', 'B', 'C']);
    expect(EVIDENCE_GRADES.filter((grade) => atLeast(grade, 'E'))).to.deep.equal([...EVIDENCE_GRADES]);
  });

  it('says what each grade means in one sentence', () => {
    for (const grade of EVIDENCE_GRADES) expect(EVIDENCE_MEANING[grade]).to.match(/^[A-Z][^.]+\.$/);
  });
});
