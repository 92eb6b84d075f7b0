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
    const names = fc.constantFrom('ETag', 'LastModified', 'ChecksumSHA256', 'Code', 'Message');
    fc.assert(
      fc.property(fc.dictionary(names, xmlText, { noNullPrototype: true }), (texts) => {
        const elements = Object.entries(texts).map(([name, text]) => `<${name}>${escaped(text)}</${name}>`);
        const root = `<R xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Empty/>${elements.join('\n')}</R>`;
        const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
        const read = Object.fromEntries(smallXml(xml));
        expect(read).to.deep.equal(texts);
        expect((parser.parse(xml) as { R: object }).R).to.include(read);
      }),
    );
  });

  it('may have quotes as entities or bare, and names at any depth; the first of a name counts', () => {
    const xml = '<E><Code>A</Code><In><ETag>&quot;x&#x26;&#38;&quot;</ETag><Code>B</Code></In></E>';
    expect(Object.fromEntries(smallXml(xml))).to.deep.equal({ Code: 'A', ETag: '"x&&"' });
    expect(smallXml('<R><ETag>"y"</ETag></R>').get('ETag')).to.equal('"y"');
  });

  it('are nothing when they are no XML', () => {
    for (const text of ['', 'gateway time-out', '<html', '<<>>', '<a>'.repeat(10_000)]) {
      expect(smallXml(text).size, text.slice(0, 20)).to.equal(0);
    }
  });
});
