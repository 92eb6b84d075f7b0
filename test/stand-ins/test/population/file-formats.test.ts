import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { unzipSync, strFromU8 } from 'fflate';
import { fileTypeFromBuffer } from 'file-type';
import { PNG } from 'pngjs';
import { ANY_TOKEN } from '../../population/files/format.ts';
import { formatOf } from '../../population/files/formats.ts';
import { EXTENSION_SHARES } from '../../population/org-shape.ts';

const TOKEN = '1f2e3d4c-0001-4abc-adef-0123456789ab';

/** What the first bytes tell a stranger; text and unknown types have nothing to tell. */
const RECOGNIZED: Readonly<Record<string, string>> = {
  '.7z': '7z',
  '.bmp': 'bmp',
  '.dng': 'tif',
  '.doc': 'cfb',
  '.docx': 'docx',
  '.gif': 'gif',
  '.heic': 'heic',
  '.jpeg': 'jpg',
  '.jfif': 'jpg',
  '.mov': 'mov',
  '.mp4': 'mp4',
  '.msg': 'cfb',
  '.numbers': 'numbers',
  '.pages': 'pages',
  '.ods': 'ods',
  '.odt': 'odt',
  '.pdf': 'pdf',
  '.png': 'png',
  '.pptx': 'pptx',
  '.rtf': 'rtf',
  '.tif': 'tif',
  '.webp': 'webp',
  '.xls': 'cfb',
  '.xlsm': 'xlsm',
  '.xlsx': 'xlsx',
  '.xltx': 'xltx',
  '.xml': 'xml',
  '.zip': 'zip',
};

describe('files of a population', () => {
  it('have exactly the size asked for, and differ by their token, in every type that occurs', () => {
    const extensions = EXTENSION_SHARES.map(({ extension }) => extension);
    fc.assert(
      fc.property(fc.constantFrom(...extensions), fc.integer({ min: 0, max: 200_000 }), (extension, more) => {
        const format = formatOf(extension);
        const size = format.smallest + more;
        const bytes = format.write(size, TOKEN);
        expect(bytes.length, extension).to.equal(size);
        expect(bytes.equals(format.write(size, TOKEN))).to.equal(true);
        expect(bytes.equals(format.write(size, ANY_TOKEN)), extension).to.equal(false);
      }),
      { numRuns: 400 },
    );
  });

  for (const [extension, type] of Object.entries(RECOGNIZED)) {
    it(`are recognized as ${type} when they are ${extension}, small or large`, async () => {
      const { smallest, write } = formatOf(extension);
      for (const size of [smallest, smallest + 1, smallest + 5000, 300_000]) {
        expect((await fileTypeFromBuffer(write(size, TOKEN)))?.ext, `${size} bytes`).to.equal(type);
      }
    });
  }

  it('show their token on the page of a PDF whose table and lengths are right', () => {
    for (const size of [formatOf('.pdf').smallest, 9_999, 100_000]) {
      const bytes = formatOf('.pdf').write(size, TOKEN);
      const text = bytes.toString('latin1');
      const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
      expect(text.slice(start, start + 5)).to.equal('xref\n');
      const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
      expect(offsets.length).to.equal(6);
      for (const [at, offset] of offsets.entries()) {
        expect(text.slice(offset, offset + 7)).to.equal(`${at + 1} 0 obj`);
      }
      const lengths = [...text.matchAll(/\/Length (\d+) >>\nstream\n/g)];
      expect(lengths.length).to.equal(2);
      for (const match of lengths) {
        const end = match.index + match[0].length + Number(match[1]);
        expect(text.slice(end, end + 10)).to.equal('\nendstream');
      }
      expect(text).to.include(`(Document ${TOKEN}) Tj`);
    }
  });

  it('are workbooks, documents and archives that unzip, with parts that are XML', () => {
    for (const extension of ['.xlsx', '.xlsm', '.xltx', '.docx', '.pptx', '.odt', '.ods', '.zip', '.pages']) {
      const parts = unzipSync(formatOf(extension).write(20_000, TOKEN));
      let whole = '';
      for (const [name, part] of Object.entries(parts)) {
        if (/\.(xml|rels)$/.test(name)) expectBalanced(strFromU8(part), name);
        if (!name.endsWith('.bin')) whole += strFromU8(part);
      }
      expect(whole, extension).to.include(TOKEN);
    }
  });

  it('are workbooks whose relations lead to their sheet', () => {
    const parts = unzipSync(formatOf('.xlsx').write(20_000, TOKEN));
    const parser = new XMLParser({ ignoreAttributes: false });
    const relations = parser.parse(strFromU8(parts['xl/_rels/workbook.xml.rels']!)) as {
      Relationships: { Relationship: Record<string, string> };
    };
    const target = `xl/${relations.Relationships.Relationship['@_Target'] ?? ''}`;
    expect(strFromU8(parts[target]!)).to.include(`<t>${TOKEN}</t>`);
  });

  it('are PNGs that decode, each chunk with its checksum', () => {
    const bytes = formatOf('.png').write(50_000, TOKEN);
    const { width, data } = PNG.sync.read(bytes);
    expect([width, data[0], data.length]).to.deep.equal([16, 0xc0, 1024]);
    for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
      const end = at + 8 + bytes.readUInt32BE(at);
      expect(bytes.readUInt32BE(end)).to.equal(crc32(bytes.subarray(at + 4, end)));
    }
  });

  it('are JPEGs whose segments lead from one to the next up to the picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: formatOf('.jpg').smallest, max: 200_000 }), (size) => {
        const bytes = formatOf('.jpg').write(size, TOKEN);
        let at = 2;
        while (bytes[at + 1] !== 0xda) {
          expect(bytes[at]).to.equal(0xff);
          at += 2 + bytes.readUInt16BE(at + 2);
        }
        expect(bytes.subarray(-2).toString('hex')).to.equal('ffd9');
        expect(bytes.length - at).to.equal(10 + 16 + 2);
      }),
    );
  });

  it('are GIFs whose comment ends where the file ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: formatOf('.gif').smallest, max: 5000 }), (size) => {
        const bytes = formatOf('.gif').write(size, TOKEN);
        let at = bytes.indexOf('21fe', 0, 'hex') + 2;
        while (bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
        expect(bytes.subarray(at).toString('hex')).to.equal('003b');
      }),
    );
  });

  it('are well-formed XML and SVG', () => {
    for (const extension of ['.xml', '.svg', '.webloc']) {
      expectBalanced(formatOf(extension).write(9000, TOKEN).toString(), extension);
    }
  });

  it('are JSON that parses', () => {
    for (const size of [60, 61, 9000]) {
      expect(JSON.parse(formatOf('.json').write(size, TOKEN).toString())).to.have.property('id', TOKEN);
    }
  });
});

/** Every tag is closed in its turn, up to one root. */
function expectBalanced(xml: string, what: string): void {
  const open: string[] = [];
  let roots = 0;
  for (const [, slash, name = '', rest = ''] of xml
    .replace(/<!--[^]*?-->/g, '')
    .matchAll(/<(\/?)([\w:.-]+)([^<>]*)>/g)) {
    if (slash === '/') expect(open.pop(), what).to.equal(name);
    else if (open.length === 0) roots += 1;
    if (slash !== '/' && !rest.endsWith('/')) open.push(name);
  }
  expect([roots, open.length], what).to.deep.equal([1, 0]);
}
