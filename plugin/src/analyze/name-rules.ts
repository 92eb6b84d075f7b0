import { cleanName, fileExtension } from '@file-migration/config';

/** What makes a name trouble for some program on its way; the words are shown as they are. */
export const nameRules = {
  empty: 'no name at all',
  'no-extension': 'nothing tells the type of file',
  'numeric-extension': 'what follows the last dot is a number: "Invoice 12.24"',
  'trailing-dot': 'ends in a dot, which Windows drops',
  'partial-download': 'a download that a browser never finished',
  slash: 'a slash or backslash: a folder to most programs',
  'reserved-character': 'one of < > : " | ? *, which Windows refuses',
  'control-character': 'a line break, tab or other control character',
  invisible: 'a character that nobody can see or type',
  'outer-space': 'a space at its start or end',
  'not-nfc': 'accents as characters of their own: looks equal to another name, and is not',
  'exactly-80': 'exactly 80 characters, the limit of a Name field: its end was probably cut off',
  formula: 'begins like a formula: spreadsheets run it',
  renamed: 'gets other characters in the object key',
  shortened: 'is too long for the object key, and is shortened there',
} as const;

export type NameRule = keyof typeof nameRules;

const longestName = 80;

/**
 * The rules that a file name hits.
 * @param key the object key that the document would get
 */
export function rulesHit(name: string, key: string): NameRule[] {
  const trimmed = name.trim();
  const extension = fileExtension(name);
  const cleaned = cleanName(name, 'document');
  const hit: Record<NameRule, boolean> = {
    empty: trimmed === '',
    'no-extension': trimmed !== '' && extension === '' && !trimmed.endsWith('.'),
    'numeric-extension': /^\d+$/.test(extension),
    'trailing-dot': trimmed.endsWith('.'),
    'partial-download': ['crdownload', 'download', 'part', 'partial'].includes(extension),
    slash: /[/\\]/.test(name),
    'reserved-character': /[<>:"|?*]/.test(name),
    'control-character': /\p{Cc}/u.test(name),
    invisible: /\p{Default_Ignorable_Code_Point}/u.test(name),
    'outer-space': name !== trimmed,
    'not-nfc': name !== name.normalize('NFC'),
    'exactly-80': name.length === longestName,
    formula: /^[=+\-@\t\r]/.test(name),
    renamed: cleaned !== name,
    // a layout without names has its own word for every file
    shortened: !key.endsWith(`/${cleaned}`) && !/\/document(\.[a-z0-9]+)?$/.test(key),
  };
  return (Object.keys(hit) as NameRule[]).filter((rule) => hit[rule]);
}
