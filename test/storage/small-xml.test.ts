import { expect } from 'chai';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { smallXml } from '../../plugin/src/storage/s3/xml.ts';

const xmlText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(text));

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

describe('the small XML answers of a store', () => {
  it('are read as a general parser reads them', () => {
    const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false });
    const names = ['ETag', 'LastModified', 'ChecksumSHA256', 'Code', 'Message'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), xmlText, { noNullPrototype: true }), (texts) => {
        const elements = Object.entries(texts).map(([name, text]) => `<${name}>${escaped(text)}</${name}>`);
        const root = `<R xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Empty/>${elements.join('\n')}</R>`;
        const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
        const small = smallXml(xml);
        for (const name of names) expect(small.get(name)).to.equal(texts[name]);
        expect((parser.parse(xml) as { R: object }).R).to.include(texts);
      }),
    );
  });

  it('may have quotes as entities or bare, and names at any depth; the first of a name counts', () => {
    const xml = '<E><Code>A</Code><In><ETag>&quot;x&#x26;&#38;&quot;</ETag><Code>B</Code></In></E>';
    expect(['Code', 'ETag', 'In', 'E'].map((name) => smallXml(xml).get(name))).to.deep.equal([
      'A',
      '"x&&"',
      undefined,
      undefined,
    ]);
    expect(smallXml('<R><ETag>"y"</ETag></R>').get('ETag')).to.equal('"y"');
  });

  it('are nothing when they are no XML', () => {
    for (const text of ['', 'gateway time-out', '<a', '<a>', '<a>b', '<a>b</c>', '<<>>', '<a>'.repeat(10_000)]) {
      expect(smallXml(text).get('a'), text.slice(0, 20)).to.equal(undefined);
    }
    expect(smallXml('<a><b>x</b></a><a></a><a>y</a>').get('a')).to.equal('y');
  });
});
