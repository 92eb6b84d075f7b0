import { offAbort, onAbort } from './abort-callbacks.ts';

type Waiter<Wish, Grant> = {
  readonly wish: Wish;
  readonly signal: AbortSignal;
  readonly onAbort: () => void;
  readonly resolve: (grant: Grant) => void;
  readonly reject: (reason: unknown) => void;
};

/** Callers who wait for their turn, in the order of asking, each until its signal aborts. */
export class WaitQueue<Wish, Grant> {
  readonly #waiting: Waiter<Wish, Grant>[] = [];
  readonly #onLeave: (() => void) | undefined;

  /** @param onLeave when somebody gave up: who stands behind may not want as much */
  constructor(onLeave?: () => void) {
    this.#onLeave = onLeave;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** What the first in line wants; undefined when nobody waits. */
  get first(): Wish | undefined {
    return this.#waiting[0]?.wish;
  }

  /** Waits until `admit`. Throws the signal's reason when that aborts, or what `refuse` says. */
  join(wish: Wish, signal: AbortSignal): Promise<Grant> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Wish, Grant> = {
        wish,
        signal,
        resolve,
        reject,
        onAbort: () => {
          this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
          reject(signal.reason as Error);
          this.#onLeave?.();
        },
      };
      onAbort(signal, waiter.onAbort);
      this.#waiting.push(waiter);
    });
  }

  /** Lets the first in. */
  admit(grant: Grant): void {
    this.#take()?.resolve(grant);
  }

  /** Sends everybody away. */
  refuse(reason: Error): void {
    for (let waiter = this.#take(); waiter !== undefined; waiter = this.#take()) waiter.reject(reason);
  }

  #take(): Waiter<Wish, Grant> | undefined {
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) offAbort(waiter.signal, waiter.onAbort);
    return waiter;
  }
}
