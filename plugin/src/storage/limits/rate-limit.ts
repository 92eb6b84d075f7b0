import { setTimeout as sleep } from 'node:timers/promises';

/** A steady rate with up to one second's worth at once: requests or bytes, whatever is counted. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #sharers: () => number;
  /** When the debt of what was taken is paid, milliseconds of the monotonic clock. */
  #paidAt = 0;

  /** @param sharers how many limits like this one make up the rate together */
  constructor(perSecond: number, sharers: () => number = () => 1) {
    this.#perSecond = perSecond;
    this.#sharers = sharers;
  }

  /** Waits for the turn of `amount`; amounts above a second's worth go alone and make the next one wait. */
  async take(amount: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const price = (amount / this.#perSecond) * this.#sharers() * 1000;
    this.#paidAt = Math.max(this.#paidAt, now - 1000) + price;
    const wait = this.#paidAt - now - price;
    if (wait > 0) await sleep(wait, undefined, { signal });
  }
}
