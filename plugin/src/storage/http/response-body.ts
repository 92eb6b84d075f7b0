import type { Dispatcher } from 'undici';
import { Failure } from '../../errors/failure.ts';

/** Bytes that may wait for the reader before the connection is paused. */
const HIGH_WATER = 256 * 1024;

/** The body of an answer: read whole with `bytes` or `into`, or in chunks with `for await`, or given up with `cancel`. */
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
  /** Where the whole goes as it arrives, and how much of it is filled. */
  #sink: Buffer | undefined;
  #filled = 0;
  #tap: ((chunk: Buffer) => void) | undefined;

  constructor(controller: Dispatcher.DispatchController, contentLength: string | string[] | undefined) {
    this.#controller = controller;
    this.declared = typeof contentLength === 'string' ? Number(contentLength) : undefined;
  }

  push(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#sink !== undefined) {
      this.#pour(chunk, this.#sink);
      return;
    }
    this.#chunks.push(chunk);
    this.#waiting += chunk.length;
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

  /**
   * Reads the whole into a buffer and answers how many bytes there were.
   * @param tap sees each chunk as it arrives
   * @throws Failure of class `retry`: `long-body` when it does not fit, `short-body` when fewer bytes came than
   * declared; network errors as they are
   */
  async into(buffer: Buffer, tap?: (chunk: Buffer) => void): Promise<number> {
    this.#sink = buffer;
    this.#tap = tap;
    for (const chunk of this.#takeChunks()) this.#pour(chunk, buffer);
    if (this.#controller.paused) this.#controller.resume();
    while (!this.#ended && this.#error === undefined) await this.#arrival();
    if (this.#error !== undefined) throw this.#error;
    this.#checkLength();
    return this.#filled;
  }

  /**
   * The whole of a short answer.
   * @param most more bytes than this are refused
   * @throws as `into` does
   */
  async bytes(most: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this) {
      length += chunk.length;
      if (length > most) throw longBody(most);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, length);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        yield* this.#takeChunks();
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
    this.#takeChunks();
    if (this.#ended || this.#error !== undefined) return;
    const reason = new Failure('The rest of the answer was not wanted.', { code: 'cancelled', failureClass: 'retry' });
    this.fail(reason);
    this.#controller.abort(reason);
  }

  #pour(chunk: Buffer, sink: Buffer): void {
    // The sink belongs to somebody else again once this body has failed.
    if (this.#error !== undefined) return;
    if (this.#filled + chunk.length > sink.length) {
      const failure = longBody(sink.length);
      this.fail(failure);
      this.#controller.abort(failure);
      return;
    }
    this.#filled += chunk.copy(sink, this.#filled);
    this.#tap?.(chunk);
  }

  #takeChunks(): Buffer[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#waiting = 0;
    return chunks;
  }

  #checkLength(): void {
    if (this.declared === undefined || this.declared === this.#received) return;
    throw new Failure(`${this.#received} of ${this.declared} bytes arrived.`, {
      code: 'short-body',
      failureClass: 'retry',
    });
  }

  #close(complete: boolean): void {
    const onClose = this.#onClose;
    this.#onClose = undefined;
    onClose?.(this.#received, complete);
    this.#wakeUp();
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

export function longBody(most: number): Failure {
  return new Failure(`More than the ${most} bytes came that it may have.`, {
    code: 'long-body',
    failureClass: 'retry',
  });
}
