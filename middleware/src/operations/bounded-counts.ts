type Count = { hits: number; readonly resetAt: number };

/**
 * Counts by key in windows of fixed length, for a bounded number of keys: when there are more, the oldest window is
 * forgotten, which lets its owner through and never the memory grow.
 */
export class BoundedCounts {
  readonly #windowMilliseconds: number;
  readonly #most: number;
  readonly #counts = new Map<string, Count>();

  constructor(windowMilliseconds: number, most: number) {
    this.#windowMilliseconds = windowMilliseconds;
    this.#most = most;
  }

  get size(): number {
    return this.#counts.size;
  }

  /** In the present window. */
  of(key: string): number {
    const count = this.#counts.get(key);
    return count === undefined || count.resetAt <= performance.now() ? 0 : count.hits;
  }

  /** @returns how many there are now, this one included, and in how many milliseconds the window ends */
  add(key: string): { readonly hits: number; readonly leftMilliseconds: number } {
    const now = performance.now();
    const known = this.#counts.get(key);
    if (known !== undefined && known.resetAt > now) {
      known.hits++;
      return { hits: known.hits, leftMilliseconds: known.resetAt - now };
    }
    // deleting first puts it at the end: the map stays in the order of windows
    this.#counts.delete(key);
    this.#counts.set(key, { hits: 1, resetAt: now + this.#windowMilliseconds });
    for (const [oldest, { resetAt }] of this.#counts) {
      if (this.#counts.size <= this.#most && resetAt > now) break;
      this.#counts.delete(oldest);
    }
    return { hits: 1, leftMilliseconds: this.#windowMilliseconds };
  }

  subtract(key: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined && count.hits > 0) count.hits--;
  }

  forget(key: string): void {
    this.#counts.delete(key);
  }
}
