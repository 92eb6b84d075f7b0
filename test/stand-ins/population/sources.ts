import { createDraw } from './draw.ts';
import { GUARANTEED_NAMES } from './document-names.ts';
import { MEASURED } from './org-shape.ts';
import type { SourceKind } from './records.ts';

/** Which documents have which kind of source, and whose object a document without one of its own refers to. */
export type Sources = {
  kindOf(place: number): SourceKind;
  /** The place whose object, content or name this one takes over: itself, unless it is shared, a clone or a duplicate. */
  originOf(place: number): number;
};

/** Populations below this size have odd names and odd sources by chance only. */
export const SMALLEST_WITH_EVERY_KIND = 100;

/** What every population contains, at its last places: those of the smallest accounts. */
const GUARANTEED: readonly SourceKind[] = [
  ...repeat('no-url', 2),
  ...repeat('missing', 3),
  ...repeat('denied', 2),
  ...repeat('archived', 3),
  ...repeat('empty', 2),
  ...repeat('large', 2),
  ...repeat('clone', 2),
  ...repeat('duplicate', 3),
  ...repeat('shared', 3),
];

/** Nobody knows why the measured backup's failures failed; this splits them as a vendor's bucket would. */
const SHARES: readonly (readonly [SourceKind, number])[] = [
  ['missing', MEASURED.failureRate * 0.5],
  ['archived', MEASURED.failureRate * 0.33],
  ['denied', MEASURED.failureRate * 0.17],
  ['no-url', 0.004],
  ['empty', 0.001],
  ['large', 0.0005],
  ['duplicate', 0.02],
  ['shared', 0.005],
  ['clone', 0.003],
];

export function createSources(seed: number, documents: number): Sources {
  const draw = createDraw(seed, 'source');
  const kindOf = (place: number): SourceKind => {
    if (place === 0) return 'present';
    if (documents >= SMALLEST_WITH_EVERY_KIND) {
      if (place < GUARANTEED_NAMES.length) return 'present';
      const fromEnd = GUARANTEED[documents - 1 - place];
      if (fromEnd !== undefined) return fromEnd;
    }
    return kindAt(draw(place));
  };
  return {
    kindOf,
    originOf(place) {
      const kind = kindOf(place);
      if (kind !== 'shared' && kind !== 'clone' && kind !== 'duplicate') return place;
      let origin = place - 1;
      while (kindOf(origin) !== 'present') origin -= 1;
      return origin;
    },
  };
}

function kindAt(drawn: number): SourceKind {
  let end = 0;
  for (const [kind, share] of SHARES) {
    end += share;
    if (drawn < end) return kind;
  }
  return 'present';
}

function repeat(kind: SourceKind, times: number): SourceKind[] {
  return Array.from({ length: times }, () => kind);
}
