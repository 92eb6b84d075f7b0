import { cleanName, fileExtension } from '@file-migration/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { hostileNames } from './arbitraries.ts';

describe('A cleaned name', () => {
  const examples: readonly (readonly [name: string, cleaned: string])[] = [
    ['Invoice 2024.pdf', 'Invoice_2024.pdf'],
    ['  Invoice.pdf ', 'Invoice.pdf'],
    ['a/b:c', 'a_b_c'],
    ['Smith, "J." (copy)+100%#&.PDF', 'Smith___J.__(copy)_100___.PDF'],
    ['e\u0301', 'é'],
    ['株式会社', '株式会社'],
    ['हिन्दी', 'हिन्दी'],
    ['x~2', 'x_2'],
    ['🎉', '_'],
    ['.', '_'],
    ['..', '__'],
    ['..pdf', '..pdf'],
    ['Statement.', 'Statement.'],
    ['', 'document'],
    [' \t\n', 'document'],
    ['\u3164', '_'],
    ['a\u202Eb', 'a_b'],
    ['\uD800', '_'],
  ];
  for (const [name, cleaned] of examples) {
    it(`of ${JSON.stringify(name)} is ${JSON.stringify(cleaned)}`, () => {
      expect(cleanName(name, 'document')).to.equal(cleaned);
    });
  }

  it('is the same in whichever normal form the name came', () => {
    fc.assert(
      fc.property(hostileNames, (name) => {
        expect(cleanName(name.normalize('NFD'), 'x')).to.equal(cleanName(name.normalize('NFC'), 'x'));
      }),
    );
  });

  it('stays as it is when cleaned again', () => {
    fc.assert(
      fc.property(hostileNames, (name) => {
        const cleaned = cleanName(name, 'x');
        expect(cleanName(cleaned, 'x')).to.equal(cleaned);
      }),
    );
  });
});

describe('The extension of a file name', () => {
  const examples: readonly (readonly [name: string, extension: string])[] = [
    ['a.PDF', 'pdf'],
    ['a.pdf ', 'pdf'],
    ['archive.tar.gz', 'gz'],
    ['a', ''],
    ['a.', ''],
    ['.pdf', ''],
    ['a.textclipping', 'textclipping'],
    ['a.this is no extension', ''],
    ['a.12345678901234567', ''],
    ['Return.pdf 12/31/2023', ''],
    ['a\n.pdf', 'pdf'],
    ['', ''],
  ];
  for (const [name, extension] of examples) {
    it(`of ${JSON.stringify(name)} is ${JSON.stringify(extension)}`, () => {
      expect(fileExtension(name)).to.equal(extension);
    });
  }
});
