import { seededRandom } from '../../faults/random.ts';

const alphabet = [
  ...Array.from('abcXYZ019-_.~!*\'()&$@=;:+ ,?#%^`|\\"<>{}[]/'),
  ...['é', 'e\u0301', 'ß', 'Ω', 'ﬁ', '日', '本', '\uffee', '😀', '𝒳', '\u00a0'],
];

/** So many different keys of odd characters, the same for everybody; no empty or dot segment, no slash at an end. */
export function oddKeys(count: number): string[] {
  const random = seededRandom(3000);
  const keys = new Set<string>();
  while (keys.size < count) {
    const length = 1 + Math.floor(random() * 12);
    const key = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? '').join('');
    if (key.split('/').every((segment) => !['', '.', '..'].includes(segment))) keys.add(key);
  }
  return [...keys];
}
