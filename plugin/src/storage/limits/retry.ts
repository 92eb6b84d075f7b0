import { backoffMs, wait } from '../../async/backoff.ts';
import { Failure } from '../../model/failure.ts';

const ATTEMPTS = 4;
export const backoff = { firstMs: 200, mostMs: 5_000 } as const;
/** A longer wait that the other side asks for belongs at the end of the queue, not in a held slot. */
const LONGEST_WAIT_IN_PLACE_MS = 10_000;
const TOKENS = 200;
const REFUND = 0.2;

/**
 * Quick retries in place, out of one budget for everything: when much fails, retries stop adding load, and the
 * failures go back to the queue. What is not of class `retry` passes at once.
 */
export class RetryBudget {
  #tokens = TOKENS;
  /** Failures that were retried enough already, so that retries around retries do not multiply. */
  readonly #spent = new WeakSet<Failure>();

  /**
   * @param passes failures that only somebody further out can do something about
   * @throws the last failure
   */
  async run<T>(
    attempt: () => Promise<T>,
    signal: AbortSignal,
    passes: (failure: Failure) => boolean = () => false,
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        const result = await attempt();
        if (tries === 1 && this.#tokens < TOKENS) this.#tokens += REFUND;
        return result;
      } catch (error) {
        if (!(error instanceof Failure) || error.failureClass !== 'retry' || this.#spent.has(error)) throw error;
        if (passes(error)) throw error;
        const forMs = error.retryAfterMs ?? backoffMs(backoff, tries);
        if (tries >= ATTEMPTS || forMs > LONGEST_WAIT_IN_PLACE_MS || this.#tokens < 1) {
          this.#spent.add(error);
          throw error;
        }
        this.#tokens--;
        await wait(forMs, signal);
      }
    }
  }
}
