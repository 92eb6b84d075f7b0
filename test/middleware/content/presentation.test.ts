import { objectKey } from '@file-migration/config';
import { parse } from 'content-disposition';
import { expect } from 'chai';
import fc from 'fast-check';
import { presentationOf, type Presentation } from '../../../middleware/src/content/presentation.ts';

const FOLDER = 'uploads/a/a0X000000000001AAA/';

function present(stored: string, name = stored): Presentation {
  return presentationOf(objectKey(FOLDER + stored), name);
}

describe('How a browser is told to treat a file', () => {
  it('shows PDF and raster images, and downloads everything else', () => {
    for (const shown of ['a.pdf', 'a.PDF', 'a.png', 'a.jpg', 'a.jpeg', 'a.gif', 'a.webp']) {
      expect(present(shown).contentDisposition, shown).to.match(/^inline/);
    }
    for (const downloaded of ['a.docx', 'a.xlsx', 'a.csv', 'a.zip', 'a.heic', 'a.txt', 'a', '.pdf', 'a.pdf.exe']) {
      expect(present(downloaded).contentDisposition, downloaded).to.match(/^attachment/);
    }
  });

  describe('threat "stored XSS"', () => {
    for (const active of [
      'html',
      'htm',
      'HTML',
      'xhtml',
      'svg',
      'svgz',
      'xml',
      'xsl',
      'mht',
      'mhtml',
      'js',
      'mjs',
      'asp',
      'url',
      'webloc',
      'shtml',
      'swf',
      'unknown',
      '',
    ]) {
      it(`downloads .${active} as bytes, under no name a browser would run`, () => {
        const { contentType, contentDisposition } = present(`x.${active}`);
        expect(contentType).to.equal('application/octet-stream');
        expect(contentDisposition).to.match(/^attachment/);
      });
    }

    it('goes by the key and not by the name on the record, and never signs a type that runs', () => {
      expect(present('x.html', 'x.pdf').contentType).to.equal('application/octet-stream');
      expect(present('x.html', 'x.pdf').contentDisposition).to.equal('attachment; filename=x.html');
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
          const stored = name.replace(/[\p{Cc}/\\]/gu, '_').toWellFormed();
          if (stored === '.' || stored === '..') return;
          expect(present(stored, name).contentType).not.to.match(/html|svg|xml(?!formats)|javascript/);
        }),
      );
    });
  });

  describe('threat "header injection"', () => {
    it('writes hostile names in the forms of RFC 6266 and RFC 8187: printable ASCII that reads back as a clean name', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (name) => {
          const { contentDisposition } = present('x.pdf', `${name}.pdf`);
          expect(contentDisposition).to.match(/^[\x20-\x7e]+$/);
          const { type, parameters } = parse(contentDisposition);
          expect(type).to.equal('inline');
          expect(parameters.filename).to.match(/\.pdf$/);
          expect(parameters.filename).not.to.match(/[\p{Cc}/\\]/u);
        }),
      );
    });

    it('keeps names that people can read', () => {
      expect(present('Vertr_ge.pdf', 'Verträge „2019“ 漢字.pdf').contentDisposition).to.match(
        /filename\*=UTF-8''Vertr%C3%A4ge/,
      );
      expect(present('a.pdf', 'say "hi"; x=y.pdf').contentDisposition).to.equal(
        'inline; filename="say \\"hi\\"; x=y.pdf"',
      );
      expect(parse(present('a.pdf', 'a\r\nSet-Cookie: x=y.pdf').contentDisposition).parameters.filename).to.equal(
        'aSet-Cookie: x=y.pdf',
      );
    });

    it('does not let a name read backwards, and keeps its extension when it is too long', () => {
      expect(present('a.exe', 'photo\u202egpj.exe').contentDisposition).to.equal('attachment; filename=photogpj.exe');
      expect(parse(present('a.pdf', `${'x'.repeat(400)}.pdf`).contentDisposition).parameters.filename).to.match(
        /^x{190,}\.pdf$/,
      );
    });
  });
});
