import { accountId, documentId, type AccountId, type DocumentId } from '@file-migration/config';
import fc from 'fast-check';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The 15 characters of an id without its suffix. */
export const idBodies = fc.string({ unit: fc.constantFrom(...ALPHANUMERIC.split('')), minLength: 15, maxLength: 15 });

export const documentIds: fc.Arbitrary<DocumentId> = idBodies.map(documentId);
export const accountIds: fc.Arbitrary<AccountId> = idBodies.map(accountId);

/** Names that really occur in an org, and names that somebody may make up to do harm. */
const NOTABLE_NAMES = [
  'Invoice',
  'Statement.',
  'Return 2023.pdf 12/31/2023 10:15:00 AM',
  'Smith, John "Jr." (copy) + 100% #1 & more.PDF',
  'Ünïcødé.pdf',
  'e\u0301te\u0301.pdf',
  '株式会社 決算書.xlsx',
  'हिन्दी.docx',
  '👩‍👩‍👧 photo 🎉.heic',
  '  leading and trailing  ',
  'x'.repeat(80),
  `${'x'.repeat(76)}.pdf`,
  '.',
  '..',
  '...',
  '%2e%2e',
  '../../etc/passwd',
  '..\\..\\x',
  'a/b:c',
  '~2',
  'name~2.pdf',
  'name.pdf~2',
  '.pdf',
  'CON',
  'a\u202Efdp.exe',
  'nul\0.pdf',
  '\uD800.pdf',
  '\u3164',
  '\u0338',
  'https://evil.example/x.pdf?X-Amz-Signature=1#y',
  '𠮷'.repeat(200),
  '👍'.repeat(130) + '.jpeg',
];

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('.', '/', '~', '\\', '%', '2', 'e', ' ', '_', 'é', '\u0301', '\uD83D', '字'),
    maxLength: 300,
  }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }).map((units) => String.fromCharCode(...units)),
);

export const hostileNames = fc.oneof(
  fc.constantFrom(...NOTABLE_NAMES),
  anyText,
  fc
    .tuple(anyText, fc.constantFrom('.pdf', '.PDF', '.', '.textclipping', '.tar.gz', ' .docx '))
    .map((parts) => parts.join('')),
);
