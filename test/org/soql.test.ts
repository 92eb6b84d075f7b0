import { expect } from 'chai';
import fc from 'fast-check';
import { parseQuery } from '@jetstreamapp/soql-parser-js';
import { soqlList, soqlText, soqlTime, soqlWhere } from '../../plugin/src/org/soql.ts';

describe('A SOQL literal', () => {
  it('escapes quotes, backslashes and line ends', () => {
    expect(soqlText(`O'Neill \\ "x"\n\r\t`)).to.equal(String.raw`'O\'Neill \\ "x"\n\r\t'`);
  });

  it('never ends before its text does, whatever stands in it', () => {
    const hostile = fc.string({ unit: fc.constantFrom("'", '\\', '"', '\n', ' ', 'OR Id != ', 'a', ')', '(') });
    fc.assert(
      fc.property(hostile, (value) => {
        const query = parseQuery(`SELECT Id FROM Account WHERE Name = ${soqlText(value)}`);
        const { where } = query;
        expect(where && 'left' in where && where.left).to.include({ field: 'Name', value: soqlText(value) });
        expect(where).to.not.have.property('right');
      }),
    );
  });

  it('of a moment is in UTC', () => {
    expect(soqlTime(0)).to.equal('1970-01-01T00:00:00.000Z');
  });

  it('of a list quotes each member', () => {
    expect(soqlList(['a', "b'"])).to.equal(String.raw`('a', 'b\'')`);
  });
});

describe('A WHERE clause', () => {
  it('joins its conditions', () =>
    expect(soqlWhere(['a = 1', '(b = 2 OR c = 3)'])).to.equal(' WHERE a = 1 AND (b = 2 OR c = 3)'));
  it('is empty without any', () => expect(soqlWhere([])).to.equal(''));
});
