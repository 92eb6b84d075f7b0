import { createHash, type Hash } from 'node:crypto';
import { combineCrc, crcBytes, createCrc, type CrcName } from './crc.ts';

export const checksumNames = ['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME'] as const;
export type ChecksumName = (typeof checksumNames)[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum as S3 returns it; `value` is base64, a composite one ends in `-` and its number of parts. */
export type Checksum = { readonly name: ChecksumName; readonly value: string; readonly type: ChecksumType };

const checksumLengths: Readonly<Record<ChecksumName, number>> = {
  CRC32: crcBytes('CRC32'),
  CRC32C: crcBytes('CRC32C'),
  CRC64NVME: crcBytes('CRC64NVME'),
  SHA1: 20,
  SHA256: 32,
};

export type Digest = { update(bytes: Uint8Array): void; base64(): string };

export function createDigest(name: ChecksumName): Digest {
  switch (name) {
    case 'SHA1':
    case 'SHA256':
      return hashDigest(createHash(name.toLowerCase()));
    case 'CRC32':
    case 'CRC32C':
    case 'CRC64NVME': {
      const crc = createCrc(name);
      return { update: (bytes) => crc.update(bytes), base64: () => crcToBase64(name, crc.value()) };
    }
  }
}

function hashDigest(hash: Hash): Digest {
  return { update: (bytes) => void hash.update(bytes), base64: () => hash.digest('base64') };
}

const crcToBase64 = (name: CrcName, value: bigint): string =>
  Buffer.from(value.toString(16).padStart(crcBytes(name) * 2, '0'), 'hex').toString('base64');

const crcFromBase64 = (value: string): bigint => BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`);

export const checksumHeader = (name: ChecksumName): string => `x-amz-checksum-${name.toLowerCase()}`;

/** The name by which S3's XML calls a checksum's element. */
export const checksumElement = (name: ChecksumName): string => `Checksum${name}`;

export function parseChecksumName(text: string): ChecksumName | undefined {
  return checksumNames.find((name) => name === text.toUpperCase());
}

/** Whether the text is base64 of as many bytes as the algorithm yields; a composite one may carry its part count. */
export function isChecksumValue(name: ChecksumName, text: string): boolean {
  const [value = ''] = text.split('-', 1);
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === checksumLengths[name] && bytes.toString('base64') === value;
}

export type PartDigest = { readonly value: string; readonly bytes: number };

/** The checksum of a multipart object from those of its parts: combined for CRCs, hashed of hashes if composite. */
export function combineChecksums(name: ChecksumName, type: ChecksumType, parts: readonly PartDigest[]): Checksum {
  if (type === 'COMPOSITE') {
    const digest = createDigest(name);
    for (const part of parts) digest.update(Buffer.from(part.value, 'base64'));
    return { name, type, value: `${digest.base64()}-${parts.length}` };
  }
  if (name === 'SHA1' || name === 'SHA256') throw new Error(`${name} has no full-object form over parts`);
  const combined = parts.reduce(
    (crc, part) => combineCrc(name, crc, crcFromBase64(part.value), part.bytes),
    createCrc(name).value(),
  );
  return { name, type, value: crcToBase64(name, combined) };
}
