import { malformed } from './http-error.ts';

/** A line of the framing itself; extensions and trailers are not wanted and need not be long. */
const LONGEST_LINE = 4096;
const MOST_TRAILERS = 100;
const LF = 0x0a;

/** Takes the chunks out of a chunked body: https://www.rfc-editor.org/rfc/rfc9112#section-7.1 */
export class ChunkedBody {
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  /** Of the chunk at hand. */
  #left = 0;
  #line = '';
  #trailers = 0;

  get done(): boolean {
    return this.#state === 'done';
  }

  /**
   * Reads on.
   * @param onData is called with pieces of the content, as views of `bytes`
   * @returns how many of the bytes belong to this body
   * @throws HttpError `malformed-answer`
   */
  push(bytes: Buffer, onData: (piece: Buffer) => void): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const piece = bytes.subarray(at, at + this.#left);
        at += piece.length;
        this.#left -= piece.length;
        if (this.#left === 0) this.#state = 'data-end';
        onData(piece);
        continue;
      }
      const end = bytes.indexOf(LF, at);
      this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end + 1);
      at = end < 0 ? bytes.length : end + 1;
      if (this.#line.length > LONGEST_LINE) throw malformed('a line between its chunks is too long');
      if (end < 0) break;
      const line = this.#line;
      this.#line = '';
      if (!line.endsWith('\r\n')) throw malformed('a line between its chunks ends wrongly');
      this.#afterLine(line.slice(0, -2));
    }
    return at;
  }

  #afterLine(line: string): void {
    if (this.#state === 'size') {
      const size = /^([\da-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw malformed('a chunk has no size');
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    } else if (this.#state === 'data-end') {
      if (line !== '') throw malformed('a chunk is longer than it says');
      this.#state = 'size';
    } else if (line === '') this.#state = 'done';
    else if (++this.#trailers > MOST_TRAILERS) throw malformed('it has too many trailers');
  }
}
