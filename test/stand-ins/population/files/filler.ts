import { seededRandom } from '../../faults/random.ts';

const BLOCK = 2 ** 20;

/** Bytes that do not compress, a different stretch for each token. */
export function binaryFiller(length: number, token: string): Buffer {
  return stretch('binary', length, token);
}

/** Letters in lines of 76, safe inside XML, MIME and comments. */
export function lineFiller(length: number, token: string): Buffer {
  return stretch('lines', length, token);
}

/** Letters and spaces without a line break, safe inside quotes. */
export function wordFiller(length: number, token: string): Buffer {
  return stretch('words', length, token);
}

function stretch(kind: keyof Blocks, length: number, token: string): Buffer {
  if (length === 0) return Buffer.alloc(0);
  const block = blocks()[kind];
  const out = Buffer.allocUnsafe(length);
  let from = parseInt(token.slice(0, 7), 16) % BLOCK;
  for (let at = 0; at < length; from = 0) at += block.copy(out, at, from, Math.min(BLOCK, from + length - at));
  return out;
}

type Blocks = { readonly binary: Buffer; readonly lines: Buffer; readonly words: Buffer };
let made: Blocks | undefined;

/** Made on first use: whoever needs records alone should not pay for bytes. */
function blocks(): Blocks {
  if (made !== undefined) return made;
  const random = seededRandom(20_170_102);
  const binary = Buffer.allocUnsafe(BLOCK);
  for (let at = 0; at < BLOCK; at++) binary[at] = Math.floor(random() * 256);
  const lines = Buffer.from(binary.map((byte, at) => (at % 77 === 76 ? NEW_LINE : LETTER_A + (byte % 26))));
  const words = Buffer.from(binary.map((byte, at) => (at % 9 === 8 ? SPACE : LETTER_A + (byte % 26))));
  made = { binary, lines, words };
  return made;
}

const NEW_LINE = 10;
const SPACE = 32;
const LETTER_A = 97;
