import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { EntityTag } from './entity-tag.ts';
import { MultipartEtagHash } from './multipart-etag.ts';
import type { ChecksumAlgorithm, ObjectChecksum } from './object-checksum.ts';

/** What the bytes that passed through us add up to. */
export type ContentHashes = {
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** Hex; undefined when it was not wanted. */
  readonly md5: string | undefined;
  /** The full-object checksum in the algorithm that the source returned, when it is one we computed. */
  readonly sourceChecksum: ObjectChecksum | undefined;
  /** Multipart ETags for the part sizes that the source may have been uploaded with. */
  readonly multipartEtags: readonly string[];
};

/** When the content is hashed here: always, or only where no value of the source can be sent along for the target to check. */
export type ContentHashPolicy = 'sha256' | 'when-needed';

/** Of a file that is whole in memory. */
export type WholeHashes = Omit<ContentHashes, 'sha256'> & {
  /** Hex; undefined where the target checks the bytes with the source's own value. */
  readonly sha256: string | undefined;
  readonly md5: string;
  /**
   * The MD5 is the source's ETag and was not computed from our bytes: the target compares them with it, so hashing them
   * here too would only cost time.
   */
  readonly borrowedMd5: boolean;
};

/** What the source returned decides which hashes are worth computing. */
export type WantedHashes = {
  readonly sourceChecksum: ObjectChecksum | undefined;
  readonly etag: EntityTag | undefined;
  /** Part sizes to try, for a source with a multipart ETag. */
  readonly partSizes: readonly number[];
  readonly md5: boolean;
};

/** Hashes a content in one pass while it streams. */
export type ContentHash = {
  update(bytes: Uint8Array): void;
  /** Call once, at the end. */
  digest(): Promise<ContentHashes>;
};

export async function contentHash(wanted: WantedHashes): Promise<ContentHash> {
  const sha256 = createHash('sha256');
  const md5 = wanted.md5 ? createHash('md5') : undefined;
  const etags = wanted.partSizes.map((partSize) => new MultipartEtagHash(partSize));
  const algorithm = worthComputing(wanted);
  const extra = algorithm === undefined ? undefined : await runningChecksum(algorithm);
  let size = 0;
  return {
    update(bytes) {
      size += bytes.length;
      sha256.update(bytes);
      md5?.update(bytes);
      extra?.update(bytes);
      for (const etag of etags) etag.update(bytes);
    },
    async digest() {
      const sha = sha256.digest();
      return {
        size,
        sha256: sha.toString('hex'),
        md5: md5?.digest('hex'),
        sourceChecksum: await fullChecksum(algorithm, sha, extra),
        multipartEtags: etags.map((etag) => etag.digest()),
      };
    },
  };
}

/**
 * Which full-object checksum to compute besides SHA-256. CRC-64/NVME and CRC-32C cost several times as much as SHA-256
 * here (JavaScript), so they are computed only where the source's ETag proves nothing about its bytes.
 */
export function worthComputing({
  sourceChecksum,
  etag,
}: Pick<WantedHashes, 'sourceChecksum' | 'etag'>): ChecksumAlgorithm | undefined {
  if (sourceChecksum?.type !== 'full') return undefined;
  switch (sourceChecksum.algorithm) {
    case 'sha256':
    case 'sha1':
    case 'crc32':
      return sourceChecksum.algorithm;
    case 'crc32c':
    case 'crc64nvme':
      return etag === undefined || etag.kind === 'opaque' ? sourceChecksum.algorithm : undefined;
  }
}

type RunningChecksum = {
  update(bytes: Uint8Array): void;
  digest(): Promise<Buffer>;
};

async function fullChecksum(
  algorithm: ChecksumAlgorithm | undefined,
  sha256: Buffer,
  extra: RunningChecksum | undefined,
): Promise<ObjectChecksum | undefined> {
  if (algorithm === undefined) return undefined;
  const digest = extra === undefined ? sha256 : await extra.digest();
  return { algorithm, type: 'full', value: digest.toString('base64') };
}

async function runningChecksum(algorithm: ChecksumAlgorithm): Promise<RunningChecksum | undefined> {
  switch (algorithm) {
    case 'sha256':
      return undefined; // always computed
    case 'sha1': {
      const hash = createHash('sha1');
      return { update: (bytes) => void hash.update(bytes), digest: () => Promise.resolve(hash.digest()) };
    }
    case 'crc32': {
      let value = 0;
      return {
        update: (bytes) => (value = crc32(bytes, value)),
        digest() {
          const digest = Buffer.alloc(4);
          digest.writeUInt32BE(value);
          return Promise.resolve(digest);
        },
      };
    }
    case 'crc32c':
    case 'crc64nvme': {
      const { Crc32c, Crc64Nvme } = await import('@aws-sdk/checksums/crc');
      const crc = algorithm === 'crc32c' ? new Crc32c() : new Crc64Nvme();
      return { update: (bytes) => crc.update(bytes), digest: async () => Buffer.from(await crc.digest()) };
    }
  }
}
