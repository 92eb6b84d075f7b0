import { Failure } from '../model/failure.ts';

/**
 * The right to write, which each beat renews. A worker that was frozen, or cannot reach its queue, finds its lease over
 * before it writes anything: by then its jobs may be another one's.
 */
export class Lease {
  readonly #ms: number;
  readonly #now: () => number;
  #until = -Infinity;

  /**
   * @param ms how long it is good for after a beat; less than the silence after which a worker loses its jobs
   * @param now milliseconds of a clock that also runs while the process does not
   */
  constructor(ms: number, now: () => number = () => performance.now()) {
    this.#ms = ms;
    this.#now = now;
  }

  /** @param askedAt when the beat was sent, by the lease's clock: its answer may have taken long */
  renew(askedAt = this.#now()): void {
    this.#until = Math.max(this.#until, askedAt + this.#ms);
  }

  /** @throws Failure `lease-over` */
  require(): void {
    if (this.#now() < this.#until) return;
    throw new Failure('This worker could not reach its coordinator for too long and writes nothing more.', {
      code: 'lease-over',
    });
  }
}

/** The lease ends well before the silence does. */
export function leaseMsOf(silenceMs: number): number {
  return silenceMs * 0.75;
}
