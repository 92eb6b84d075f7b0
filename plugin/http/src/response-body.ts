import { HttpError } from './http-error.ts';

/**
 * Bytes that may wait for the reader before the connection is paused. Each is copied once more than one that goes straight
 * to its reader, so those of a large file better wait in the socket until there is room for it.
 */
const HIGH_WATER = 32 * 1024;

/** What a body may ask of the connection that it comes from. */
export type BodySource = {
  pause(): void;
  resume(): void;
  /** Closes the connection: the rest is not wanted. */
  abandon(reason: Error): void;
};

/** Bytes as they arrive; a view that is good only until the call returns. */
export type OnChunk = (bytes: Buffer) => void;

/**
 * The body of an answer: read into memory of the reader's with `fill` or `into`, looked at with `drain`, or given up
 * with `cancel`. While a reader waits in `fill`, the system writes straight into its memory: nothing is copied and no
 * buffer is made.
 */
export class ResponseBody {
  /** From Content-Length; undefined when the server did not say. */
  readonly declared: number | undefined;
  /** False: nothing but the connection's end tells where the body ends, so that a cut one looks whole. */
  readonly endsProvably: boolean;
  readonly #source: BodySource;
  /** What came while nobody had a place for it. */
  #chunks: Buffer[] = [];
  #waiting = 0;
  #paused = false;
  #received = 0;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  #onClose: ((received: number, complete: boolean) => void) | undefined;
  /** The memory of whoever waits in `fill`, and how much of it is filled. */
  #sink: Buffer | undefined;
  #filled = 0;
  #onChunk: OnChunk | undefined;
  /** Whoever wants to see the bytes and keep none of them. */
  #observer: OnChunk | undefined;
  #translate: (error: Error) => Error = (error) => error;

  constructor(source: BodySource, declared: number | undefined, endsProvably = declared !== undefined) {
    this.#source = source;
    this.declared = declared;
    this.endsProvably = endsProvably;
  }

  /** Whoever knows where the answer comes from says it in what the readers throw. */
  translateErrors(translate: (error: Error) => Error): void {
    this.#translate = translate;
    if (this.#error !== undefined) this.#error = translate(this.#error);
  }

  /** Bytes that `fill` and `drain` have given to their callers, those of a call that failed included. */
  get delivered(): number {
    return this.#received - this.#waiting;
  }

  /** Where the next bytes may be read to without a detour. */
  room(): Buffer | undefined {
    return this.#sink === undefined || this.#filled === this.#sink.length
      ? undefined
      : this.#sink.subarray(this.#filled);
  }

  /** So many bytes were just read into `room()`. */
  landed(bytes: number): void {
    const sink = this.#sink;
    if (sink === undefined) throw new TypeError('Nobody waits for the bytes that have just been read.');
    this.#received += bytes;
    this.#took(sink.subarray(this.#filled, this.#filled + bytes));
    if (this.#filled === sink.length) this.#wakeUp();
  }

  /** @param bytes a view that is good only until the call returns */
  push(bytes: Buffer): void {
    if (this.#error !== undefined) return;
    this.#received += bytes.length;
    if (this.#observer !== undefined) {
      this.#observer(bytes);
      return;
    }
    const sink = this.#sink;
    let rest = bytes;
    if (sink !== undefined) {
      const copied = bytes.copy(sink, this.#filled);
      if (copied > 0) this.#took(sink.subarray(this.#filled, this.#filled + copied));
      if (this.#filled === sink.length) this.#wakeUp();
      if (copied === bytes.length) return;
      rest = bytes.subarray(copied);
    }
    this.#chunks.push(Buffer.from(rest));
    this.#waiting += rest.length;
    if (this.#waiting > HIGH_WATER && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wakeUp();
  }

  /** That was all; fewer or more bytes than declared are an HttpError `short-body`. */
  end(): void {
    if (this.#ended || this.#error !== undefined) return;
    if (this.declared !== undefined && this.declared !== this.#received) {
      this.fail(shortBody(this.#received, this.declared));
      return;
    }
    this.#ended = true;
    // The connection belongs to the next request now.
    this.#paused = false;
    this.#close(true);
  }

  fail(error: Error): void {
    this.#error ??= this.#translate(error);
    // The memory belongs to somebody else again.
    this.#sink = undefined;
    this.#close(false);
  }

  /** Calls once, when the connection is done with this body: with the bytes that came, and whether that was all. */
  onClose(callback: (received: number, complete: boolean) => void): void {
    this.#onClose = callback;
    if (this.#ended || this.#error !== undefined) this.#close(this.#ended);
  }

  /**
   * Reads until the memory is full or the body has ended.
   * @returns how many bytes were read; fewer than there is room for mean the end
   * @throws HttpError `connection-closed` when the connection ended before the body did; network errors as they are
   */
  async fill(memory: Buffer, onChunk?: OnChunk): Promise<number> {
    this.#sink = memory;
    this.#filled = 0;
    this.#onChunk = onChunk;
    try {
      this.#pourWaiting(memory);
      while (this.#filled < memory.length && !this.#ended && this.#error === undefined) await this.#arrival();
      if (this.#filled < memory.length && this.#error !== undefined) throw this.#error;
      return this.#filled;
    } finally {
      this.#sink = undefined;
      this.#onChunk = undefined;
    }
  }

  /** Whether all has been read. Waits until that is known; throws as `fill` does. */
  async ended(): Promise<boolean> {
    while (this.#chunks.length === 0 && !this.#ended && this.#error === undefined) await this.#arrival();
    if (this.#chunks.length > 0) return false;
    if (this.#error !== undefined) throw this.#error;
    return true;
  }

  /**
   * Reads the whole and answers how many bytes there were.
   * @throws HttpError `long-body` when it does not fit; and as `fill` does
   */
  async into(memory: Buffer, onChunk?: OnChunk): Promise<number> {
    const length = await this.fill(memory, onChunk);
    if (!(await this.ended())) throw this.#translate(longBody(memory.length));
    return length;
  }

  /**
   * Reads the whole and keeps nothing of it.
   * @returns how many bytes there were
   * @throws as `fill` does
   */
  async drain(observer: OnChunk): Promise<number> {
    const before = this.delivered;
    for (const chunk of this.#takeWaiting()) observer(chunk);
    this.#observer = observer;
    try {
      while (!this.#ended && this.#error === undefined) await this.#arrival();
      if (this.#error !== undefined) throw this.#error;
      return this.delivered - before;
    } finally {
      this.#observer = undefined;
    }
  }

  /**
   * The whole of a short answer.
   * @param most more bytes than this are refused
   * @throws as `into` does
   */
  async bytes(most: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    await this.drain((bytes) => {
      length += bytes.length;
      if (length > most) throw this.#translate(longBody(most));
      chunks.push(Buffer.from(bytes));
    }).finally(() => this.cancel());
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
  }

  /** Closes the connection unless everything has arrived; harmless at any time. */
  cancel(): void {
    this.#chunks = [];
    this.#waiting = 0;
    if (this.#ended || this.#error !== undefined) return;
    const reason = new HttpError('cancelled', 'The rest of the answer was not wanted.');
    this.fail(reason);
    this.#source.abandon(reason);
  }

  /** Bytes are in the reader's memory. */
  #took(bytes: Buffer): void {
    this.#filled += bytes.length;
    this.#onChunk?.(bytes);
  }

  #pourWaiting(memory: Buffer): void {
    while (this.#filled < memory.length) {
      const chunk = this.#chunks.shift();
      if (chunk === undefined) break;
      const copied = chunk.copy(memory, this.#filled);
      this.#waiting -= copied;
      this.#took(memory.subarray(this.#filled, this.#filled + copied));
      if (copied < chunk.length) this.#chunks.unshift(chunk.subarray(copied));
    }
    this.#goOn();
  }

  #takeWaiting(): Buffer[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#waiting = 0;
    return chunks;
  }

  #goOn(): void {
    if (!this.#paused || this.#waiting > HIGH_WATER / 2) return;
    this.#paused = false;
    this.#source.resume();
  }

  #close(complete: boolean): void {
    const onClose = this.#onClose;
    this.#onClose = undefined;
    onClose?.(this.#received, complete);
    this.#wakeUp();
  }

  #arrival(): Promise<void> {
    this.#goOn();
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

/** An answer that ended before, or after, it said it would; both in bytes. */
export function shortBody(received: number, declared: number): HttpError {
  return new HttpError('short-body', `${received} of ${declared} bytes arrived.`);
}

function longBody(most: number): HttpError {
  return new HttpError('long-body', `More than the ${most} bytes came that it may have.`);
}
