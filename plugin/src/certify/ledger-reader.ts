import { hashBytes } from './merkle-tree.ts';

/** Bytes of a line that anybody may have written; ours have a few hundred. */
export const longestLine = 64 * 1024;

/** A line, or that there is none of a length that a line can have; then nothing more is read. */
export type ReadLine = Buffer | 'too-long';

/** Cuts bytes into lines in flat memory; what stands behind the last line break counts as a line. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadLine, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      if (rest.length + piece.length > longestLine) {
        yield 'too-long';
        return;
      }
      // a chunk is good only until the next one comes
      yield rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    if (rest.length + chunk.length - from > longestLine) {
      yield 'too-long';
      return;
    }
    if (from < chunk.length) rest = Buffer.concat([rest, chunk.subarray(from)]);
  }
  if (rest.length > 0) yield rest;
}

/** Cuts bytes into hashes; a last piece that is shorter than one is given as it is. */
export async function* hashesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (; from + hashBytes <= bytes.length; from += hashBytes)
      yield Buffer.from(bytes.subarray(from, from + hashBytes));
    rest = Buffer.from(bytes.subarray(from));
  }
  if (rest.length > 0) yield rest;
}
