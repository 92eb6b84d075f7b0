import { WaitQueue } from '@file-migration/http/wait-queue';

/** Bounds the bytes of files that are held in memory at once, over all copies. */
export class ByteBudget {
  readonly total: number;
  #held = 0;
  readonly #line = new WaitQueue<number, void>(() => this.#serve());

  constructor(total: number) {
    this.total = total;
  }

  get held(): number {
    return this.#held;
  }

  /** Waits until so many bytes are free, in the order of asking. More than the whole budget is granted alone. */
  acquire(bytes: number, signal: AbortSignal): void | Promise<void> {
    signal.throwIfAborted();
    if (this.#line.length === 0 && this.#fits(bytes)) {
      this.#held += bytes;
      return;
    }
    return this.#line.join(bytes, signal);
  }

  release(bytes: number): void {
    this.#held -= bytes;
    this.#serve();
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.total;
  }

  #serve(): void {
    for (let bytes = this.#line.first; bytes !== undefined && this.#fits(bytes); bytes = this.#line.first) {
      this.#held += bytes;
      this.#line.admit();
    }
  }
}
