import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine, csvText } from '../../plugin/src/format/csv.ts';

describe('CSV files', () => {
  it('are read back by another program as they were written, whatever the cells hold', () => {
    const cell = fc.string({ unit: 'binary' }).filter((text) => !/^[=+\-@\t\r]/.test(text) && !text.includes('\ufeff'));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, fc.integer({ min: 0 }))), (rows) => {
        const read = parse(csvText(['a', 'b', 'c'], rows));
        expect(read).to.deep.equal([['a', 'b', 'c'], ...rows.map((row) => row.map(String))]);
      }),
    );
  });

  it('hold no cell that a spreadsheet takes for a formula', () => {
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1']) {
      expect(parse(csvLine([formula, 'x']))).to.deep.equal([[`'${formula}`, 'x']]);
    }
    expect(csvLine([-1]), 'a number is no formula').to.equal('-1\n');
  });
});
