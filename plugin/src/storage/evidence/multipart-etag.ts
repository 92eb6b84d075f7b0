import { createHash, type Hash } from 'node:crypto';

const MIB = 1024 * 1024;

/**
 * What tools cut uploads into, the most common first: AWS CLI and SDKs 8, 5 and 16 MiB, rclone 5, s3cmd 15, Cyberduck
 * and s3fs 10, MinIO 16 and 64, the console 16 or 17.
 */
const USUAL_MIB = [8, 5, 16, 10, 15, 64, 32, 17, 20, 25, 50, 100, 128, 256, 512, 1024, 6, 7, 12, 24, 30, 40, 48];
const USUAL_BYTES = [...USUAL_MIB.map((size) => size * MIB), 5e6, 8e6, 10e6, 16e6, 50e6, 100e6];
/** Every size that is tried costs one MD5 over the whole content. */
const MOST_CANDIDATES = 4;

/**
 * The part sizes with which an object of that size may have been uploaded in that many parts, all but the last being
 * equal; the likeliest first, a few at most.
 */
export function partSizeCandidates(size: number, parts: number): number[] {
  if (parts < 1 || size < parts) return [];
  if (parts === 1) return [size];
  const least = Math.ceil(size / parts);
  const most = Math.ceil(size / (parts - 1)) - 1;
  const usual = USUAL_BYTES.filter((candidate) => candidate >= least && candidate <= most);
  const candidates = new Set(usual);
  // Tools that grow their part size for large files round it up to whole MiB.
  for (let mib = Math.ceil(least / MIB); mib * MIB <= most && candidates.size < MOST_CANDIDATES; mib++) {
    candidates.add(mib * MIB);
  }
  if (candidates.size < MOST_CANDIDATES && least <= most) candidates.add(least);
  return [...candidates].slice(0, MOST_CANDIDATES);
}

/** The ETag that S3 gives a multipart upload: the MD5 of the parts' MD5s, and their number. */
export function multipartEtag(partMd5s: readonly Buffer[]): string {
  return `${createHash('md5').update(Buffer.concat(partMd5s)).digest('hex')}-${partMd5s.length}`;
}

/** Computes the multipart ETag of a stream for one part size. */
export class MultipartEtagHash {
  readonly #partSize: number;
  readonly #md5s: Buffer[] = [];
  #hash: Hash = createHash('md5');
  #inPart = 0;

  constructor(partSize: number) {
    this.#partSize = partSize;
  }

  update(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#inPart === this.#partSize) this.#endPart();
      const piece = rest.subarray(0, this.#partSize - this.#inPart);
      this.#hash.update(piece);
      this.#inPart += piece.length;
      rest = rest.subarray(piece.length);
    }
  }

  digest(): string {
    this.#endPart();
    return multipartEtag(this.#md5s);
  }

  #endPart(): void {
    this.#md5s.push(this.#hash.digest());
    this.#hash = createHash('md5');
    this.#inPart = 0;
  }
}
