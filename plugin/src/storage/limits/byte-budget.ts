import { offAbort, onAbort } from './abort-callbacks.ts';

/** Bounds the bytes of files that are held in memory at once, over all copies. */
export class ByteBudget {
  readonly total: number;
  #held = 0;
  readonly #waiting: Waiter[] = [];

  constructor(total: number) {
    this.total = total;
  }

  get held(): number {
    return this.#held;
  }

  /** Waits until so many bytes are free, in the order of asking. More than the whole budget is granted alone. */
  acquire(bytes: number, signal: AbortSignal): void | Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#held += bytes;
      return;
    }
    return new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        bytes,
        resolve,
        signal,
        onAbort: () => {
          this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
          reject(signal.reason as Error);
          this.#serve();
        },
      };
      onAbort(signal, waiter.onAbort);
      this.#waiting.push(waiter);
    });
  }

  release(bytes: number): void {
    this.#held -= bytes;
    this.#serve();
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.total;
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      offAbort(first.signal, first.onAbort);
      this.#held += first.bytes;
      first.resolve();
    }
  }
}

type Waiter = {
  readonly bytes: number;
  readonly resolve: () => void;
  readonly signal: AbortSignal;
  readonly onAbort: () => void;
};
