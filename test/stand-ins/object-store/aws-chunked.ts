import { S3Error } from './s3-error.ts';

const malformed = (): S3Error => new S3Error('IncompleteBody', 'The request body is not well-formed aws-chunked.');

const maxLineBytes = 4096;

/**
 * Takes aws-chunked apart as it streams: `size\r\n bytes \r\n … 0\r\n name:value\r\n \r\n`
 * ("Signature calculations: trailing headers"). Chunk signatures are not read.
 */
export class AwsChunkedDecoder {
  readonly trailers = new Map<string, string>();
  done = false;
  #line = '';
  #left = 0;
  #state: 'size' | 'bytes' | 'end-of-bytes' | 'trailer' = 'size';

  /** The payload bytes within these, in order. Throws IncompleteBody. */
  *decode(bytes: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < bytes.length) {
      if (this.done) throw malformed();
      if (this.#state === 'bytes') {
        const piece = bytes.subarray(at, at + this.#left);
        at += piece.length;
        this.#left -= piece.length;
        if (this.#left === 0) this.#state = 'end-of-bytes';
        yield piece;
        continue;
      }
      const newline = bytes.indexOf(10, at);
      const end = newline < 0 ? bytes.length : newline + 1;
      this.#line += bytes.toString('latin1', at, end);
      at = end;
      if (this.#line.length > maxLineBytes) throw malformed();
      if (newline >= 0) this.#takeLine();
    }
  }

  #takeLine(): void {
    const line = this.#line.replace(/\r?\n$/u, '');
    this.#line = '';
    if (this.#state === 'size') {
      const size = /^(?<size>[0-9a-fA-F]{1,12})(?:;.*)?$/u.exec(line)?.groups?.size;
      if (size === undefined) throw malformed();
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'bytes';
    } else if (this.#state === 'end-of-bytes') {
      if (line !== '') throw malformed();
      this.#state = 'size';
    } else if (line === '') {
      this.done = true;
    } else {
      const colon = line.indexOf(':');
      if (colon < 0) throw malformed();
      this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  }
}
