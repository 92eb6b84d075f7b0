import type { Logger } from './logs.ts';

/** From here on somebody should look: a signature loses this much of its two minutes. */
const WARN_SECONDS = 30;
/** From here on signed addresses are dead when they arrive, or not valid yet. */
const REFUSE_SECONDS = 90;
/** An answer that took longer does not say well enough when it was written. */
const LONGEST_MILLISECONDS = 2000;
const LOOK_AGAIN_MILLISECONDS = 60_000;

/**
 * Compares this machine's clock with the org's, by the `Date` of its answers. Signatures carry our time: with a wrong
 * clock every address that is signed is refused, and nothing here would say so.
 */
export class ClockCheck {
  readonly #look: () => Promise<unknown>;
  readonly #logs: Logger;
  readonly #timer: NodeJS.Timeout;
  #seconds: number | undefined;
  #comparedAt = -Infinity;
  #warned = false;

  /** @param look asks the org anything; its answer comes by {@link compare} */
  constructor(look: () => Promise<unknown>, logs: Logger) {
    this.#look = look;
    this.#logs = logs;
    this.#timer = setInterval(() => void this.look(), LOOK_AGAIN_MILLISECONDS).unref();
  }

  /** Seconds that this machine's clock is ahead of the org's; undefined while nothing is known. */
  get seconds(): number | undefined {
    return this.#seconds;
  }

  /** Why the service should not be sent clicks, or undefined. An unknown time is no reason. */
  get trouble(): string | undefined {
    const seconds = this.#seconds ?? 0;
    if (Math.abs(seconds) < REFUSE_SECONDS) return undefined;
    return `the clock is ${Math.abs(Math.round(seconds))} s ${seconds > 0 ? 'ahead of' : 'behind'} the org's`;
  }

  /** @param milliseconds that the answer took */
  readonly compare = (date: string | undefined, milliseconds: number): void => {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs) || milliseconds > LONGEST_MILLISECONDS) return;
    // a date has no fractions of a second: on the average it was half a second later
    this.#seconds = (Date.now() - milliseconds / 2 - (theirs + 500)) / 1000;
    this.#comparedAt = performance.now();
    const isWrong = Math.abs(this.#seconds) >= WARN_SECONDS;
    if (isWrong && !this.#warned) {
      this.#logs.warn({ secondsAhead: Math.round(this.#seconds) }, "the clock differs from the org's; is NTP running?");
    }
    this.#warned = isWrong;
  };

  /** Asks the org unless it has answered in the last minute. Never rejects: that it does not answer is said elsewhere. */
  async look(): Promise<void> {
    if (performance.now() - this.#comparedAt < LOOK_AGAIN_MILLISECONDS) return;
    await this.#look().catch(() => undefined);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
