import { expect } from 'chai';
import stringWidth from 'string-width';
import { factLines } from '../../../plugin/src/ui/format/facts.ts';
import { textTable } from '../../../plugin/src/ui/format/table.ts';

describe('tables on a terminal', () => {
  it('keep their columns under each other with ideographs and emoji in them', () => {
    const lines = textTable(
      ['name', 'documents'],
      [
        ['Acme', '12'],
        ['株式会社アクメ', '3'],
        ['👩‍👩‍👧 Families', '100,000'],
      ],
      { right: [1] },
    );
    expect(new Set(lines.map((line) => stringWidth(line))), lines.join('\n')).to.have.lengthOf(1);
  });

  it('let no cell move the cursor or begin a line', () => {
    expect(textTable(['name'], [['a\u001b[2J\nb']]).at(-1)).to.equal('a [2J b');
  });

  it('align labels and values by what they take on the screen', () => {
    const [first = '', second = ''] = factLines([
      ['件数', '1'],
      ['documents', '2', 'a remark'],
    ]);
    expect(stringWidth(first.slice(0, first.indexOf('1')))).to.equal(second.indexOf('2'));
    expect(second).to.equal('  documents  2  (a remark)');
  });
});
