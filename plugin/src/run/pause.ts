import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../model/failure.ts';

/** When the other side does not say how long. */
const defaultMs = 30_000;

/** A wait that the whole run takes together when a limit is spent; several refusals at once are one pause. */
export class Pause {
  readonly #longestMs: number;
  #until = 0;
  #waitedMs = 0;

  /** @param longestMs of all pauses of a run together, milliseconds */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /**
   * Begins a pause, or lengthens the present one; returns how long it still lasts, in milliseconds.
   * @throws the failure itself when the run has waited long enough
   */
  begin(failure: Failure): number {
    const now = performance.now();
    const forMs = failure.retryAfterMs ?? defaultMs;
    const added = now + forMs - Math.max(now, this.#until);
    if (added > 0) {
      if (this.#waitedMs + added > this.#longestMs) throw failure;
      this.#waitedMs += added;
      this.#until = now + forMs;
    }
    return this.#until - now;
  }

  /** Resolves when no pause is on, or when the signal aborts. */
  async over(signal: AbortSignal): Promise<void> {
    for (let left = this.#until - performance.now(); left > 0; left = this.#until - performance.now()) {
      try {
        await sleep(left, undefined, { signal });
      } catch {
        return;
      }
    }
  }
}
