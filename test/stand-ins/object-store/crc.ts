import { crc32 as zlibCrc32 } from 'node:zlib';

/**
 * A running CRC. All three of S3's are reflected, start from all ones and end inverted, so that the values of two
 * pieces can be combined to the value of both without reading them again.
 */
export type Crc = { update(bytes: Uint8Array): void; value(): bigint };

export type CrcName = 'CRC32' | 'CRC32C' | 'CRC64NVME';

/** Reflected polynomials; CRC64NVME is the one of the NVM Express command set, CRC32C is Castagnoli's. */
const polynomials: Record<CrcName, { polynomial: bigint; bits: 32 | 64 }> = {
  CRC32: { polynomial: 0xedb88320n, bits: 32 },
  CRC32C: { polynomial: 0x82f63b78n, bits: 32 },
  CRC64NVME: { polynomial: 0x9a6c9329ac4bc9b5n, bits: 64 },
};

/** Bytes of a CRC's value. */
export const crcBytes = (name: CrcName): number => polynomials[name].bits / 8;

export function createCrc(name: CrcName): Crc {
  if (name === 'CRC32') return createZlibCrc32();
  return createTableCrc(name);
}

function createZlibCrc32(): Crc {
  let crc = 0;
  return {
    update(bytes) {
      crc = zlibCrc32(bytes, crc);
    },
    value: () => BigInt(crc),
  };
}

/** Eight bytes a step (slicing-by-8), each table entry in a low and a high half because numbers have 53 bits. */
type Tables = { low: Uint32Array; high: Uint32Array };

const tables = new Map<CrcName, Tables>();

function tablesOf(name: CrcName): Tables {
  const known = tables.get(name);
  if (known) return known;
  const { polynomial } = polynomials[name];
  const low = new Uint32Array(8 * 256);
  const high = new Uint32Array(8 * 256);
  const first: bigint[] = [];
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    first.push(crc);
  }
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = first[byte] ?? 0n;
    for (let slice = 0; slice < 8; slice += 1) {
      low[slice * 256 + byte] = Number(crc & 0xffffffffn);
      high[slice * 256 + byte] = Number(crc >> 32n);
      crc = (crc >> 8n) ^ (first[Number(crc & 0xffn)] ?? 0n);
    }
  }
  const made = { low, high };
  tables.set(name, made);
  return made;
}

function createTableCrc(name: CrcName): Crc {
  const { low: tableLow, high: tableHigh } = tablesOf(name);
  const wide = polynomials[name].bits === 64;
  let low = -1;
  let high = wide ? -1 : 0;
  return {
    update(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const eights = bytes.byteLength - (bytes.byteLength % 8);
      let at = 0;
      for (; at < eights; at += 8) {
        const a = low ^ view.getInt32(at, true);
        const b = high ^ view.getInt32(at + 4, true);
        const i7 = 1792 + (a & 255);
        const i6 = 1536 + ((a >>> 8) & 255);
        const i5 = 1280 + ((a >>> 16) & 255);
        const i4 = 1024 + (a >>> 24);
        const i3 = 768 + (b & 255);
        const i2 = 512 + ((b >>> 8) & 255);
        const i1 = 256 + ((b >>> 16) & 255);
        const i0 = b >>> 24;
        low =
          tableLow[i7]! ^
          tableLow[i6]! ^
          tableLow[i5]! ^
          tableLow[i4]! ^
          tableLow[i3]! ^
          tableLow[i2]! ^
          tableLow[i1]! ^
          tableLow[i0]!;
        if (wide) {
          high =
            tableHigh[i7]! ^
            tableHigh[i6]! ^
            tableHigh[i5]! ^
            tableHigh[i4]! ^
            tableHigh[i3]! ^
            tableHigh[i2]! ^
            tableHigh[i1]! ^
            tableHigh[i0]!;
        }
      }
      for (; at < bytes.byteLength; at += 1) {
        const index = (low ^ view.getUint8(at)) & 255;
        low = ((low >>> 8) | (high << 24)) ^ tableLow[index]!;
        high = (high >>> 8) ^ tableHigh[index]!;
      }
    },
    value: () => (wide ? (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0) : BigInt(~low >>> 0)),
  };
}

/** The CRC of two pieces together, from the CRC of each and the second one's length in bytes. */
export function combineCrc(name: CrcName, first: bigint, second: bigint, secondBytes: number): bigint {
  return multiply(name, first, xToThePower(name, BigInt(secondBytes) * 8n)) ^ second;
}

/** Product of two reflected polynomials modulo the CRC's own. */
function multiply(name: CrcName, left: bigint, right: bigint): bigint {
  const { polynomial, bits } = polynomials[name];
  let product = 0n;
  let shifted = right;
  for (let mask = 1n << BigInt(bits - 1); mask > 0n; mask >>= 1n) {
    if (left & mask) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}

function xToThePower(name: CrcName, power: bigint): bigint {
  const top = 1n << BigInt(polynomials[name].bits - 1);
  let result = top; // x⁰, reflected
  let square = top >> 1n; // x¹
  for (let rest = power; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(name, result, square);
    square = multiply(name, square, square);
  }
  return result;
}
