import { expect } from 'chai';
import { children, parseXml, text, xmlDocument } from '../../object-store/xml.ts';

describe('XML of the object store stand-in', () => {
  it('is read with entities of every form, each resolved once', () => {
    const body = '<R><Part><ETag>&#34;a&#x22;&quot;</ETag><Key> &amp;#34;&lt;&amp;amp;é </Key></Part></R>';
    const [part] = children(parseXml(Buffer.from(body), 'R'), 'Part');
    expect(text(part!, 'ETag')).to.equal('"a""');
    expect(text(part!, 'Key')).to.equal(' &#34;<&amp;é ');
  });

  it('is read back as it was written', () => {
    const key = ' a&b<c>"d"\'e\' \u{1f600} ';
    expect(text(parseXml(Buffer.from(xmlDocument('R', { Key: key })), 'R'), 'Key')).to.equal(key);
  });

  for (const body of ['', '{}', '<Other/>', '<R>']) {
    it(`that is no such document is refused: ${body}`, () => {
      expect(() => children(parseXml(Buffer.from(body), 'R'), 'Part')).to.throw('well-formed');
    });
  }
});
