import { Failure } from '../model/failure.ts';
import { leaseMs } from './messages.ts';

/**
 * The right to write, which the coordinator renews as long as it owns the catalog. A worker that was frozen, or whose
 * coordinator is gone, finds its lease over before it writes anything.
 */
export class Lease {
  readonly #now: () => number;
  #until = -Infinity;

  /** @param now milliseconds of a clock that also runs while the process does not */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  renew(): void {
    this.#until = this.#now() + leaseMs;
  }

  /** @throws Failure `lock-lost` */
  require(): void {
    if (this.#now() < this.#until) return;
    throw new Failure('This worker has not heard from its coordinator for too long and writes nothing more.', {
      code: 'lock-lost',
    });
  }
}
