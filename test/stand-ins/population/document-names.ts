import { createDraw, pick } from './draw.ts';
import { RARE } from './org-shape.ts';
import type { NameKind } from './records.ts';

/** The limit of a Name field, in UTF-16 code units. */
const LONGEST = 80;

/** One of each odd name that a real org holds (pairs where one alone is not odd), at the first places. */
export const GUARANTEED_NAMES: readonly NameKind[] = [
  'plain',
  'no-extension',
  'trailing-dot',
  'slashes-and-colons',
  'repeated',
  'repeated',
  'repeated',
  'repeated',
  'punctuation',
  'punctuation',
  'accents',
  'cjk',
  'emoji',
  'composed',
  'decomposed',
  'composed',
  'decomposed',
  'outer-spaces',
  'outer-spaces',
  'exactly-80',
  'exactly-80',
  'upper-case-extension',
  'words-after-extension',
  'date-as-extension',
  'partial-download',
  'slashes-and-colons',
  'cjk',
  'emoji',
];

/** The share of documents with such a name; what is left is plain. The kinds that spoil an extension are the rare ones. */
const SHARES: readonly (readonly [NameKind, number])[] = [
  ['punctuation', 0.12],
  ['repeated', 0.08],
  ['accents', 0.015],
  ['cjk', 0.005],
  ['emoji', 0.003],
  ['composed', 0.004],
  ['decomposed', 0.004],
  ['outer-spaces', 0.005],
  ['exactly-80', 0.006],
];
const RARE_KINDS: readonly NameKind[] = [
  'slashes-and-colons',
  'upper-case-extension',
  'words-after-extension',
  'date-as-extension',
];

export type NamedDocument = {
  readonly kind: NameKind;
  readonly name: string;
  /** What the file really is, as an extension with its dot: `.pdf` for `Invoice 12.24`. */
  readonly type: string;
};

/**
 * Names documents as people do.
 * @param place decides everything about the name
 * @param extension the measured extension of this place
 * @param guaranteed the kind this place must have, whatever its extension
 * @param year that the document is about
 */
export function createDocumentNames(seed: number): (place: Place) => NamedDocument {
  const draw = createDraw(seed, 'document name');
  return ({ place, extension, guaranteed, year }) => {
    const kind = guaranteed ?? kindFor(extension, draw(place, 0), draw(place, 1));
    const named = spoil(kind, { extension: usable(kind, extension), year, at: (nth) => draw(place, nth + 2), place });
    return { kind, name: limited(named.name, kind), type: named.type };
  };
}

export type Place = {
  readonly place: number;
  readonly extension: string;
  readonly guaranteed: NameKind | undefined;
  readonly year: number;
};

function kindFor(extension: string, drawn: number, drawnRare: number): NameKind {
  if (extension === '') return 'no-extension';
  if (extension === '.') return 'trailing-dot';
  if (extension === RARE) return pick(RARE_KINDS, drawnRare);
  if (extension === '.crdownload' || extension === '.download') return 'partial-download';
  let end = 0;
  for (const [kind, share] of SHARES) {
    end += share;
    if (drawn < end) return kind;
  }
  return 'plain';
}

/** A kind that is about something else than the extension keeps it; the others bring their own. */
function usable(kind: NameKind, extension: string): string {
  if (kind === 'partial-download') return extension.endsWith('download') ? extension : '.crdownload';
  return extension === '' || extension === '.' || extension === RARE ? '.pdf' : extension;
}

type Ingredients = {
  readonly extension: string;
  readonly year: number;
  readonly place: number;
  /** A number in [0, 1) of this document's own. */
  readonly at: (nth: number) => number;
};

function spoil(kind: NameKind, { extension, year, place, at }: Ingredients): { name: string; type: string } {
  const stem = plainStem(year, at);
  const named = (name: string, type = extension) => ({ name, type });
  switch (kind) {
    case 'plain':
      return named(stem + extension);
    case 'repeated':
      return named(pick(REPEATED, at(3) < 0.7 ? 0 : at(4)) + extension);
    case 'no-extension':
      return named(stem, at(3) < 0.8 ? '.pdf' : '.jpg');
    case 'trailing-dot':
      return named(`${stem}.`, '.pdf');
    case 'slashes-and-colons':
      return at(3) < 0.5
        ? named(`${stem}${extension} ${1 + Math.floor(at(4) * 12)}/15/${year} 10:22:31`)
        : named(`Re: 12/${year} a/b ${stem}${extension}`);
    case 'punctuation':
      return named(pick(PUNCTUATED, at(3)).replace('%Y', String(year)).replace('%S', stem) + extension);
    case 'accents':
      return named(`${pick(ACCENTED, at(3))} ${year}${extension}`);
    case 'cjk':
      return named(`${pick(CJK, at(3))} ${year}${extension}`);
    case 'emoji':
      return named(`${stem} ${pick(EMOJI, at(3))}${extension}`);
    case 'composed':
      return named(`Résumé Müller Ångström.pdf`.normalize('NFC'), '.pdf');
    case 'decomposed':
      return named(`Résumé Müller Ångström.pdf`.normalize('NFD'), '.pdf');
    case 'outer-spaces':
      return named(place % 2 === 0 ? `  ${stem}${extension}` : `${stem}${extension} `);
    case 'exactly-80':
      return named(exactly(LONGEST - extension.length, stem) + extension);
    case 'upper-case-extension':
      return named(stem + extension.toUpperCase());
    case 'words-after-extension':
      return named(`${stem}${extension} signed copy (2)`);
    case 'date-as-extension':
      return named(`${stem} ${pick(['12.31.24', '04.2024', '$1,049.99', '2.24'], at(3))}`);
    case 'partial-download':
      return named(`${stem}.pdf${extension}`, '.pdf');
  }
}

function plainStem(year: number, at: (nth: number) => number): string {
  const subject = pick(SUBJECTS, at(0));
  const form = at(1);
  if (form < 0.35) return `${year} ${subject}`;
  if (form < 0.6) return `${subject} ${year} - ${1 + Math.floor(at(2) * 999)}`;
  if (form < 0.8) return `${subject.replaceAll(' ', '_')}_${year}_${1 + Math.floor(at(2) * 12)}`;
  return `IMG_${1000 + Math.floor(at(2) * 9000)} ${subject}`;
}

/** Cuts at the limit; the type's extension stays, save where the name is odd at its very end. */
function limited(name: string, kind: NameKind): string {
  if (name.length <= LONGEST) return name;
  if (kind !== 'plain' && kind !== 'punctuation') return name.slice(0, LONGEST).toWellFormed();
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  return name.slice(0, LONGEST - extension.length) + extension;
}

function exactly(length: number, stem: string): string {
  return `${stem} for the client file, reviewed and signed by both parties, final version, page 1`.slice(0, length);
}

const SUBJECTS = (
  'Form 1040|W-2|1099-INT|Schedule C|K-1|Bank Statement|Invoice|Receipt|Payroll Summary|Engagement Letter|' +
  'Profit and Loss|Balance Sheet|Trial Balance|General Ledger|Property Tax|Mortgage Statement|Drivers License|' +
  'Depreciation Report|Organizer|E-file Authorization|Power of Attorney|Lease|Donation Receipts|Sales Tax Return'
).split('|');
const REPEATED = ['Scan', 'image001', 'document', 'Statement', 'download (1)'];
const PUNCTUATED = [
  'Smith, John & Jane (signed) #2 %Y',
  '"Final" %S',
  "Client's 50% share + fees %Y",
  '%S (1)',
  'A&B Co., Inc. #%Y; 100% [draft]',
  '%S, revised',
  "O'Neil's {%Y} = 1+1 ~ @home!",
  '%S + attachments (copy)',
];
const ACCENTED = ['Déclaration d’impôts', 'Lohnsteuer Überblick', 'Año fiscal resumen', 'Żądanie zwrotu', 'Árbevétel'];
const CJK = ['確定申告書', '纳税申报表', '소득세 신고서', '請求書（控え）', '财务报表'];
const EMOJI = ['✅', '📎🧾', '👩‍💼', '🇺🇸', '❤️'];
