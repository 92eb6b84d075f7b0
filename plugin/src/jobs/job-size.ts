/** No job is made smaller than this: a chunk that Salesforce saves in one transaction. */
const leastRows = 200;

/** How many rows the next job has: the org should work on one for no longer than a set time. */
export class JobSize {
  readonly #most: number;
  readonly #longestMs: number;
  #rows: number;

  constructor({ most, longestMs }: { most: number; longestMs: number }) {
    this.#most = most;
    this.#longestMs = longestMs;
    this.#rows = most;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Learns from a job that took so long, in milliseconds. */
  learn(rows: number, tookMs: number): void {
    if (tookMs > this.#longestMs) this.#rows = Math.max(Math.min(leastRows, this.#most), Math.floor(rows / 2));
    else if (rows >= this.#rows && tookMs < this.#longestMs / 2) this.#rows = Math.min(this.#most, this.#rows * 2);
  }
}
