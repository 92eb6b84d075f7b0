/** Order of S3's listings: by the bytes of the UTF-8 form, which differs from JavaScript's for surrogate pairs. */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above U+FFFF, so they belong after U+E000 to U+FFFF. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** Keys in byte order; adding is cheap, and the order is restored when somebody lists. */
export class SortedKeys {
  #sorted: string[] = [];
  #fresh: string[] = [];
  readonly #isGone: (key: string) => boolean;

  /** `isGone` tells keys that were removed since: they are passed over, and dropped when the order is mended. */
  constructor(isGone: (key: string) => boolean) {
    this.#isGone = isGone;
  }

  /** The caller adds a key once, unless it was gone in between. */
  add(key: string): void {
    this.#fresh.push(key);
  }

  /** Keys from the first that is not below `from`, in order. */
  *from(from: string): Generator<string> {
    this.#restoreOrder();
    const sorted = this.#sorted;
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareUtf8(sorted[middle] ?? '', from) < 0) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < sorted.length; at += 1) {
      const key = sorted[at] ?? '';
      if (!this.#isGone(key)) yield key;
    }
  }

  #restoreOrder(): void {
    if (this.#fresh.length === 0) return;
    const fresh = this.#fresh.sort(compareUtf8);
    const merged: string[] = [];
    const push = (key: string): void => {
      if (merged.at(-1) !== key && !this.#isGone(key)) merged.push(key);
    };
    let at = 0;
    for (const key of this.#sorted) {
      for (let next = fresh[at]; next !== undefined && compareUtf8(next, key) < 0; next = fresh[at]) {
        push(next);
        at += 1;
      }
      push(key);
    }
    for (; at < fresh.length; at += 1) push(fresh[at] ?? '');
    this.#sorted = merged;
    this.#fresh = [];
  }
}
