import { setTimeout as sleep } from 'node:timers/promises';

/** A steady rate with up to one second's worth at once: requests or bytes, whatever is counted. */
export class RateLimit {
  readonly #perSecond: number;
  /** When the debt of what was taken is paid, milliseconds of the monotonic clock. */
  #paidAt = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Waits for the turn of `amount`; amounts above a second's worth go alone and make the next one wait. */
  async take(amount: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    this.#paidAt = Math.max(this.#paidAt, now - 1000) + (amount / this.#perSecond) * 1000;
    const wait = this.#paidAt - now - (amount / this.#perSecond) * 1000;
    if (wait > 0) await sleep(wait, undefined, { signal });
  }
}
