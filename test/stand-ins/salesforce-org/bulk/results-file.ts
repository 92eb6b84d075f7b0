import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';

/** A job's results on disk, written row by row and read back in pages: memory holds one number a row. */
export class ResultsFile {
  readonly #path: string;
  readonly #file: number;
  #open = true;
  /** Where each row ends, in bytes. */
  #ends = new Float64Array(1024);
  #rows = 0;
  #bytes = 0;
  #pending: string[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'w');
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(line: string): void {
    if (this.#rows === this.#ends.length) {
      const longer = new Float64Array(this.#ends.length * 2);
      longer.set(this.#ends);
      this.#ends = longer;
    }
    this.#bytes += Buffer.byteLength(line);
    this.#ends[this.#rows++] = this.#bytes;
    this.#pending.push(line);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.from(this.#pending.join(''));
    for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
    this.#pending = [];
  }

  /** Nothing more will be added. */
  finish(): void {
    this.flush();
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }

  /** The header and the rows from `first`, `count` of them at most, as one stream. */
  page(header: string, first: number, count: number): Readable {
    const last = Math.min(first + count, this.#rows);
    const start = first === 0 ? 0 : (this.#ends[first - 1] ?? 0);
    const end = last === 0 ? 0 : (this.#ends[last - 1] ?? 0);
    const path = this.#path;
    return Readable.from(
      (async function* () {
        yield Buffer.from(header);
        if (end > start) yield* createReadStream(path, { start, end: end - 1, highWaterMark: 262_144 });
      })(),
      { objectMode: false },
    );
  }

  remove(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
    rmSync(this.#path, { force: true });
  }
}
