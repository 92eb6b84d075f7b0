import { lazily } from './lazily.ts';

const graphemes = lazily(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

/**
 * A text for a field of limited length: what is longer ends with … instead, and no character is cut in half, be it a
 * pair of surrogates or an emoji of several. Lone surrogates, which no JSON carries, become U+FFFD.
 * @param most UTF-16 units, as Salesforce counts
 */
export function cut(text: string, most: number): string {
  const wellFormed = text.toWellFormed();
  if (wellFormed.length <= most) return wellFormed;
  let end = 0;
  for (const { index, segment } of graphemes().segment(wellFormed)) {
    if (index + segment.length > most - 1) break;
    end = index + segment.length;
  }
  return `${wellFormed.slice(0, end)}…`;
}
