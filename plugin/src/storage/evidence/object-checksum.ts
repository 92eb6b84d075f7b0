import type { IncomingHttpHeaders } from 'node:http';

/** A checksum that a store returned. */
export type ObjectChecksum = {
  readonly algorithm: ChecksumAlgorithm;
  /** `composite`: a checksum of the parts' checksums, which depends on how the object was cut. */
  readonly type: 'full' | 'composite';
  /** Base64; a composite one ends in `-` and the number of parts. */
  readonly value: string;
};

export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** The strongest first. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const CHECKSUM_ALGORITHMS = ['sha256', 'sha1', 'crc64nvme', 'crc32c', 'crc32'] as const;

/** CRCs of parts make the whole's; SHAs do not. */
export type CombinableAlgorithm = Exclude<ChecksumAlgorithm, 'sha256' | 'sha1'>;

/** The algorithm of a full checksum that a store can also keep of an object that was made in parts. */
export function combinableAlgorithm(checksum: ObjectChecksum | undefined): CombinableAlgorithm | undefined {
  if (checksum?.type !== 'full') return undefined;
  const { algorithm } = checksum;
  return algorithm === 'sha256' || algorithm === 'sha1' ? undefined : algorithm;
}

const CHECKSUM_HEADERS = {
  sha256: 'x-amz-checksum-sha256',
  sha1: 'x-amz-checksum-sha1',
  crc64nvme: 'x-amz-checksum-crc64nvme',
  crc32c: 'x-amz-checksum-crc32c',
  crc32: 'x-amz-checksum-crc32',
} as const satisfies Record<ChecksumAlgorithm, string>;

/** The strongest checksum in an answer's `x-amz-checksum-*` headers. */
export function checksumOfHeaders(headers: IncomingHttpHeaders): ObjectChecksum | undefined {
  const type = headers['x-amz-checksum-type'];
  return strongest((algorithm) => headers[CHECKSUM_HEADERS[algorithm]], type);
}

/** The strongest checksum that `read` finds; the type is told by the store or by the value's form. */
export function strongest(
  read: (algorithm: ChecksumAlgorithm) => string | string[] | undefined,
  type: string | string[] | undefined,
): ObjectChecksum | undefined {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = read(algorithm);
    if (typeof value !== 'string' || value === '') continue;
    const composite = type === 'COMPOSITE' || /-\d+$/.test(value);
    return { algorithm, type: composite ? 'composite' : 'full', value };
  }
  return undefined;
}

/** `sha256:full:…`, as facts hold it. */
export function formatChecksum({ algorithm, type, value }: ObjectChecksum): string {
  return `${algorithm}:${type}:${value}`;
}

/** Reads back what {@link formatChecksum} wrote. */
export function parseChecksum(text: string | undefined): ObjectChecksum | undefined {
  const [algorithm, type, value] = text?.split(':') ?? [];
  const known = CHECKSUM_ALGORITHMS.find((name) => name === algorithm);
  if (known === undefined || value === undefined || (type !== 'full' && type !== 'composite')) return undefined;
  return { algorithm: known, type, value };
}
