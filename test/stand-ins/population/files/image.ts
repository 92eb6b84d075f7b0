import { crc32 } from 'node:zlib';
import { PNG } from 'pngjs';
import { binaryFiller, lineFiller } from './filler.ts';
import { ANY_TOKEN, paddedFormat, type FileFormat } from './format.ts';

const PNG_IMAGE = PNG.sync.write(Object.assign(new PNG({ width: 16, height: 16 }), { data: Buffer.alloc(1024, 0xc0) }));
const PNG_END = PNG_IMAGE.length - 12;

/** A gray square and a private, ancillary chunk of filler before the end (PNG, 4.7 and 11.3). */
export const png = paddedFormat((padding, token) => {
  const filler = pngChunk('fmPd', Buffer.concat([Buffer.from(token), binaryFiller(padding, token)]));
  return Buffer.concat([PNG_IMAGE.subarray(0, PNG_END), filler, PNG_IMAGE.subarray(PNG_END)]);
});

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  chunk.writeUInt32BE(data.length, 0);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, chunk.length - 4)), chunk.length - 4);
  return chunk;
}

const LONGEST_COMMENT = 65_537;

/** A baseline JPEG of 64 × 64 gray pixels (ITU T.81, B.2) with its filler in comments after the header. */
export const jpeg: FileFormat = (() => {
  const head = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
  const body = Buffer.concat([
    Buffer.from('ffdb004300', 'hex'),
    Buffer.alloc(64, 1), // every quantization step is 1
    Buffer.from('ffc0000b080040004001011100', 'hex'), // 8 bits, 64 × 64, one component
    Buffer.from(`ffc400140001${'00'.repeat(15)}00`, 'hex'), // one DC code: "no difference" is the bit 0
    Buffer.from(`ffc400141001${'00'.repeat(15)}00`, 'hex'), // one AC code: "end of block" is the bit 0
    Buffer.from('ffda0008010100003f00', 'hex'),
    Buffer.alloc(16), // 64 blocks of two bits each
    Buffer.from('ffd9', 'hex'),
  ]);
  const fixed = head.length + body.length;
  return {
    smallest: fixed + 4 + ANY_TOKEN.length,
    write: (size, token) => Buffer.concat([head, jpegComments(size - fixed, token), body]),
  };
})();

/** Comment segments of exactly this many bytes in all; none is shorter than its own header. */
function jpegComments(length: number, token: string): Buffer {
  const out = Buffer.concat([Buffer.alloc(4), Buffer.from(token), binaryFiller(length - 4 - token.length, token)]);
  for (let at = 0; at < length;) {
    const left = length - at;
    const segment = left <= LONGEST_COMMENT ? left : Math.min(LONGEST_COMMENT, left - 4);
    out.writeUInt16BE(0xfffe, at);
    out.writeUInt16BE(segment - 2, at + 2);
    at += segment;
  }
  return out;
}

/** One pixel and comment blocks of filler (GIF89a, 24). */
export const gif: FileFormat = (() => {
  const head = Buffer.from('474946383961010001008000000000ffffff', 'hex');
  const body = Buffer.from('2c000000000100010000020244010021fe', 'hex');
  const image = Buffer.concat([head.subarray(0, 13), Buffer.from('000000ffffff', 'hex'), body]);
  const fixed = image.length + 2;
  return {
    smallest: fixed + 1 + ANY_TOKEN.length,
    write: (size, token) => Buffer.concat([image, gifBlocks(size - fixed, token), Buffer.from('003b', 'hex')]),
  };
})();

/** Sub-blocks of exactly this many bytes in all, each with its length before it. */
function gifBlocks(length: number, token: string): Buffer {
  const out = Buffer.concat([Buffer.alloc(1), Buffer.from(token), lineFiller(length - 1 - token.length, token)]);
  for (let at = 0; at < length;) {
    const left = length - at;
    const block = left <= 256 ? left : Math.min(256, left - 2);
    out[at] = block - 1;
    at += block;
  }
  return out;
}

/** 8 × 8 pixels of 24 bits; the file's length, filler included, stands in its header. */
export const bmp = paddedFormat((padding, token) => {
  const image = Buffer.alloc(54 + 8 * 8 * 3, 0xc0).fill(0, 0, 54);
  image.write('BM', 'latin1');
  image.writeUInt32LE(54, 10);
  image.writeUInt32LE(40, 14);
  image.writeInt32LE(8, 18);
  image.writeInt32LE(8, 22);
  image.writeUInt16LE(1, 26);
  image.writeUInt16LE(24, 28);
  image.writeUInt32LE(8 * 8 * 3, 34);
  image.writeUInt32LE(image.length + token.length + padding, 2);
  return Buffer.concat([image, Buffer.from(token), binaryFiller(padding, token)]);
});

/** 8 × 8 gray pixels, little-endian, one strip; whatever no tag points to is filler (TIFF 6.0, section 2). */
export const tiff = paddedFormat((padding, token) => {
  const tags: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, 3, 1, 8],
    [257, 3, 1, 8],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [270, 2, token.length + 1, 138],
    [273, 4, 1, 138 + token.length + 1],
    [277, 3, 1, 1],
    [278, 3, 1, 8],
    [279, 4, 1, 64],
  ];
  const head = Buffer.alloc(138 - 4);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(tags.length, 8);
  for (const [at, [tag, type, count, value]] of tags.entries()) {
    head.writeUInt16LE(tag, 10 + at * 12);
    head.writeUInt16LE(type, 12 + at * 12);
    head.writeUInt32LE(count, 14 + at * 12);
    head.writeUInt32LE(value, 18 + at * 12);
  }
  const description = Buffer.from(`${token}\0`);
  return Buffer.concat([head, Buffer.alloc(4), description, Buffer.alloc(64, 0xc0), binaryFiller(padding, token)]);
});

/** One lossless pixel and an unknown chunk of filler, which readers skip (RIFF; a chunk has an even length). */
export const webp = paddedFormat((padding, token) => {
  const image = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');
  const odd = (token.length + padding) % 2;
  const chunk = Buffer.concat([Buffer.from('fmPd\0\0\0\0'), Buffer.from(token), binaryFiller(padding, token)]);
  chunk.writeUInt32LE(chunk.length - 8 - odd, 4);
  const file = Buffer.concat([image, chunk]);
  file.writeUInt32LE(file.length - 8, 4);
  return file;
});
