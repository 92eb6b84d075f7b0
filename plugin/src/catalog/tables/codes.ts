import type { CopyMethod } from '@file-migration/config/contract';
import type { CopyState, DocumentState, LinkState, RecordState } from '../../model/document-state.ts';

/**
 * The words that the catalog stores as small integers: a word's place in its list. SQLite keeps 0 and 1 in no byte at
 * all and the others in one. The lists are part of the file format: append, never reorder.
 */
export const recordCodes = ['present', 'deleted'] as const satisfies readonly RecordState[];
export const copyCodes = [
  'discovered',
  'copied',
  'verified',
  'failed',
  'missing',
  'denied',
  'archived',
  'skipped',
] as const satisfies readonly CopyState[];
export const linkCodes = ['original', 'ours', 'conflict', 'outdated'] as const satisfies readonly LinkState[];
export const stateCodes = [
  'switched',
  'verified',
  'copied',
  'discovered',
  'changed',
  'failed',
  'missing',
  'denied',
  'archived',
  'skipped',
  'deleted',
  'broken',
] as const satisfies readonly DocumentState[];
export const methodCodes = [
  'server-side-copy',
  's3',
  'https',
  'vendor-api',
  'salesforce-file',
] as const satisfies readonly CopyMethod[];

/** States from this code on concern few documents and have an index of their own. */
export const firstRareStateCode = stateCodes.indexOf('changed');

export function encode<W extends string>(words: readonly W[], word: W): number {
  return words.indexOf(word);
}

export function decode<W extends string>(words: readonly W[], code: number): W {
  const word = words[code];
  if (word === undefined) throw new RangeError(`The catalog holds the code ${code}, which this version does not know.`);
  return word;
}

/** The SQL that turns a code column back into its word. */
export function sqlWord(words: readonly string[], column: string): string {
  return `CASE ${column} ${words.map((word, code) => `WHEN ${code} THEN '${word}'`).join(' ')} END`;
}
