import type { Dispatcher } from 'undici';
import { Failure } from '../errors/failure.ts';

/** Bytes that may wait for the reader before the connection is paused. */
const HIGH_WATER = 1024 * 1024;

/** The body of an answer: read whole with `bytes`, or chunk by chunk with `for await`, or given up with `cancel`. */
export class ResponseBody implements AsyncIterable<Buffer> {
  /** From Content-Length; undefined when the server did not say. */
  readonly declared: number | undefined;
  readonly #controller: Dispatcher.DispatchController;
  #chunks: Buffer[] = [];
  #waiting = 0;
  #received = 0;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  #onClose: ((received: number, complete: boolean) => void) | undefined;
  /** While the whole is collected, nothing is paused up to here: the caller has room for it. */
  #room = 0;

  constructor(controller: Dispatcher.DispatchController, contentLength: string | string[] | undefined) {
    this.#controller = controller;
    this.declared = typeof contentLength === 'string' ? Number(contentLength) : undefined;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#waiting += chunk.length;
    this.#received += chunk.length;
    if (this.#received <= this.#room) return;
    if (this.#waiting > HIGH_WATER) this.#controller.pause();
    this.#wakeUp();
  }

  end(): void {
    this.#ended = true;
    this.#close(true);
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#close(false);
  }

  /** Calls once, when the connection is done with this body: with the bytes that came, and whether that was all. */
  onClose(callback: (received: number, complete: boolean) => void): void {
    this.#onClose = callback;
    if (this.#ended || this.#error !== undefined) this.#close(this.#ended);
  }

  #close(complete: boolean): void {
    const onClose = this.#onClose;
    this.#onClose = undefined;
    onClose?.(this.#received, complete);
    this.#wakeUp();
  }

  /**
   * The whole body.
   * @param most more bytes than this are refused
   * @throws Failure of class `retry`, code `short-body`, when fewer bytes came than declared; network errors as they are
   */
  async bytes(most: number): Promise<Buffer> {
    this.#room = most;
    if (this.#controller.paused) this.#controller.resume();
    while (!this.#ended && this.#error === undefined) {
      if (this.#received > most) break;
      await this.#arrival();
    }
    if (this.#error !== undefined) throw this.#error;
    if (this.#received > most) {
      this.cancel();
      throw new Failure(`The answer is longer than the ${most} bytes it may have.`, {
        code: 'long-body',
        failureClass: 'retry',
      });
    }
    this.#checkLength();
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.#received);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        const chunks = this.#chunks;
        this.#chunks = [];
        this.#waiting = 0;
        yield* chunks;
        if (this.#error !== undefined) throw this.#error;
        if (this.#chunks.length > 0) continue;
        if (this.#ended) break;
        if (this.#controller.paused) this.#controller.resume();
        await this.#arrival();
      }
      this.#checkLength();
    } finally {
      this.cancel();
    }
  }

  /** Closes the connection unless everything has arrived; harmless at any time. */
  cancel(): void {
    if (!this.#ended && this.#error === undefined) {
      const reason = new Failure('The rest of the answer was not wanted.', {
        code: 'cancelled',
        failureClass: 'retry',
      });
      this.fail(reason);
      this.#controller.abort(reason);
    }
    this.#chunks = [];
    this.#waiting = 0;
  }

  #checkLength(): void {
    if (this.declared === undefined || this.declared === this.#received) return;
    throw new Failure(`${this.#received} of ${this.declared} bytes arrived.`, {
      code: 'short-body',
      failureClass: 'retry',
    });
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
