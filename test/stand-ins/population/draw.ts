/** A number in [0, 1) that depends on seed, purpose, index and nth alone. */
export type Draw = (index: number, nth?: number) => number;

/**
 * Random numbers without a sequence: what is drawn for document 1,234,567 needs none of the draws before it, so that a
 * population of any size can be entered anywhere and holds nothing in memory.
 */
export function createDraw(seed: number, purpose: string): Draw {
  const salt = saltOf(seed, purpose);
  return (index, nth = 0) => hash32(salt, index, nth) / 4294967296;
}

/** Picks one of the items, each as likely as the others. */
export function pick<T>(items: readonly T[], drawn: number): T {
  const item = items[Math.floor(drawn * items.length)];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
}

/** An opaque id in the form of a UUID (version 4) for this index. */
export function createUuids(seed: number, purpose: string): (index: number) => string {
  const salt = saltOf(seed, purpose);
  const eight = (index: number, nth: number) => hash32(salt, index, nth).toString(16).padStart(8, '0');
  return (index) => {
    const [one, two] = [eight(index, 0), eight(index, 1)];
    const [three, four] = [eight(index, 2), eight(index, 3)];
    return `${one}-${two.slice(0, 4)}-4${two.slice(5)}-a${three.slice(1, 4)}-${three.slice(4)}${four}`;
  };
}

/** A bijection of 0…size−1 onto itself, and the way back. */
export type Permutation = { to(index: number): number; from(place: number): number };

const ROUNDS = [0, 1, 2, 3];
const ROUNDS_BACK = [3, 2, 1, 0];

/**
 * A permutation in no visible order, computed, not stored: a Feistel network of four rounds over the next power of
 * four, walked until it lands inside.
 */
export function createPermutation(seed: number, purpose: string, size: number): Permutation {
  const salt = saltOf(seed, purpose);
  let halfBits = 1;
  while (4 ** halfBits < size) halfBits += 1;
  const half = 2 ** halfBits;
  const scramble = (value: number, round: number) => hash32(salt, value, round) & (half - 1);

  return {
    to(index) {
      let at = index;
      do {
        let left = Math.floor(at / half);
        let right = at % half;
        for (const round of ROUNDS) [left, right] = [right, left ^ scramble(right, round)];
        at = left * half + right;
      } while (at >= size);
      return at;
    },
    from(place) {
      let at = place;
      do {
        let left = Math.floor(at / half);
        let right = at % half;
        for (const round of ROUNDS_BACK) [left, right] = [right ^ scramble(left, round), left];
        at = left * half + right;
      } while (at >= size);
      return at;
    },
  };
}

function saltOf(seed: number, purpose: string): number {
  let salt = mix(seed | 0);
  for (let at = 0; at < purpose.length; at++) salt = mix(salt ^ purpose.charCodeAt(at));
  return salt;
}

function hash32(salt: number, index: number, nth: number): number {
  return mix(mix(salt ^ Math.imul(index, 0x9e3779b1)) ^ Math.imul(nth + 1, 0x85ebca6b)) >>> 0;
}

/** The finalizer of MurmurHash3 (public domain, by Austin Appleby). */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
