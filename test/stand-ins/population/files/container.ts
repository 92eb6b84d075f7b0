import { crc32 } from 'node:zlib';
import { binaryFiller } from './filler.ts';
import { paddedFormat, type FileFormat } from './format.ts';

/** Boxes of an ISO base media file: its type, and free space that holds the filler. It shows no picture. */
function isoMedia(brand: string, compatible: readonly string[]): FileFormat {
  return paddedFormat((padding, token) => {
    const type = box('ftyp', Buffer.from(`${brand}\0\0\0\0${compatible.join('')}`, 'latin1'));
    return Buffer.concat([type, box('free', Buffer.concat([Buffer.from(token), binaryFiller(padding, token)]))]);
  });
}

function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

export const heic = isoMedia('heic', ['mif1', 'heic']);
export const mp4 = isoMedia('isom', ['isom', 'mp42']);
export const mov = isoMedia('qt  ', ['qt  ']);

const SECTOR = 512;
const FREE = 0xffffffff;
const END_OF_CHAIN = 0xfffffffe;
const FAT_SECTOR = 0xfffffffd;
const NO_STREAM = 0xffffffff;

/**
 * A compound file ([MS-CFB] 2.2 to 2.6) with one stream of eight sectors, as Outlook and the old Office formats use it;
 * what lies behind the last sector is filler. The application's own records are not in it.
 */
function compoundFile(streamName: string): FileFormat {
  return paddedFormat((padding, token) => {
    const file = Buffer.alloc(SECTOR * 11);
    file.write('d0cf11e0a1b11ae1', 0, 'hex');
    file.writeUInt16LE(0x3e, 24);
    file.writeUInt16LE(3, 26);
    file.writeUInt16LE(0xfffe, 28);
    file.writeUInt16LE(9, 30);
    file.writeUInt16LE(6, 32);
    file.writeUInt32LE(1, 44);
    file.writeUInt32LE(1, 48);
    file.writeUInt32LE(4096, 56);
    file.writeUInt32LE(END_OF_CHAIN, 60);
    file.writeUInt32LE(END_OF_CHAIN, 68);
    file.fill(0xff, 76, SECTOR);
    file.writeUInt32LE(0, 76);

    file.fill(0xff, SECTOR, 2 * SECTOR);
    const chain = [FAT_SECTOR, END_OF_CHAIN, 3, 4, 5, 6, 7, 8, 9, END_OF_CHAIN, FREE];
    for (const [sector, next] of chain.entries()) file.writeUInt32LE(next, SECTOR + sector * 4);

    directoryEntry(file, 0, { name: 'Root Entry', type: 5, child: 1, start: END_OF_CHAIN, size: 0 });
    directoryEntry(file, 1, { name: streamName, type: 2, child: NO_STREAM, start: 2, size: 4096 });
    for (const unused of [2, 3]) file.fill(0xff, 2 * SECTOR + unused * 128 + 68, 2 * SECTOR + unused * 128 + 80);
    file.write(token, 3 * SECTOR, 'latin1');
    return Buffer.concat([file, binaryFiller(padding, token)]);
  });
}

type Entry = {
  readonly name: string;
  readonly type: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
};

function directoryEntry(file: Buffer, index: number, { name, type, child, start, size }: Entry): void {
  const at = 2 * SECTOR + index * 128;
  file.write(name, at, 'utf16le');
  file.writeUInt16LE((name.length + 1) * 2, at + 64);
  file.writeUInt8(type, at + 66);
  file.writeUInt8(1, at + 67);
  file.writeUInt32LE(NO_STREAM, at + 68);
  file.writeUInt32LE(NO_STREAM, at + 72);
  file.writeUInt32LE(child, at + 76);
  file.writeUInt32LE(start, at + 116);
  file.writeUInt32LE(size, at + 120);
}

export const doc = compoundFile('WordDocument');
export const xls = compoundFile('Workbook');
export const msg = compoundFile('__properties_version1.0');

/** An empty 7z archive: the signature header alone, its filler behind the end. */
export const sevenZip = paddedFormat((padding, token) => {
  const head = Buffer.alloc(32);
  head.write('377abcaf271c0004', 0, 'hex');
  head.writeUInt32LE(crc32(head.subarray(12, 32)), 8);
  return Buffer.concat([head, Buffer.from(token), binaryFiller(padding, token)]);
});

/** Bytes of no known type, as proprietary programs write them. */
export const opaque = paddedFormat((padding, token) =>
  Buffer.concat([Buffer.from([0, 1]), Buffer.from(token), binaryFiller(padding, token)]),
);
