import { createHash, hash } from 'node:crypto';
import { contentHash, worthComputing, type WholeHashes } from '../../evidence/content-hash.ts';
import { FIRST_BYTES } from '../content-type.ts';
import { shortBody } from '@file-migration/http/response-body';
import type { OpenedSource } from '../../source/reader.ts';
import { checkedSourceLeg, copied, describeChecked } from './checks.ts';
import type { StreamedCopy, StreamJob } from './job.ts';
import { putWhole, type WrittenObject } from '../../target/put.ts';

const HASH_AT_ONCE = 256 * 1024;

/** Copies a file of known, modest size over memory. */
export async function streamSmall(job: StreamJob, opened: OpenedSource, size: number): Promise<StreamedCopy> {
  const { parts, signal } = job;
  const taken = parts.buffers.take(size, signal);
  const buffer = taken instanceof Promise ? await taken : taken;
  try {
    if (parts.bandwidth !== undefined) await parts.bandwidth.take(size, signal);
    const isHashed = !(await checksForUs(job, opened));
    // Hashing a large body in one go would hold up all other copies; a small one is cheaper so.
    const running = isHashed && size > HASH_AT_ONCE ? createHash('sha256') : undefined;
    const received = await opened.body.into(buffer.memory, (chunk) => void running?.update(chunk));
    if (received !== size) throw shortBody(received, size);
    return await storeWhole(job, opened, buffer.memory.subarray(0, size), running?.digest());
  } finally {
    buffer.giveBack();
  }
}

/**
 * Whether the target proves by itself that it holds the source's bytes, so that no hash of ours adds anything: it refuses
 * what does not have the MD5 that the source says, and then returns that MD5.
 */
async function checksForUs({ parts, signal }: StreamJob, { etag }: OpenedSource): Promise<boolean> {
  if (parts.contentHash === 'sha256' || etag?.kind !== 'md5') return false;
  const { verifiesMd5, md5Etags } = await parts.target.capabilities(signal);
  return verifiesMd5 && md5Etags;
}

/**
 * Checks a file that is whole in memory against what its source says, and writes it.
 * @param sha256 when it is known already
 */
export async function storeWhole(
  job: StreamJob,
  opened: OpenedSource,
  body: Buffer,
  sha256?: Buffer,
): Promise<StreamedCopy> {
  const { parts, request, signal } = job;
  const { verifiesMd5 } = await parts.target.capabilities(signal);
  const isChecked = await checksForUs(job, opened);
  const hashes = isChecked ? borrowedHashes(body, opened) : await hashesOf(body, opened, verifiesMd5, sha256);
  checkedSourceLeg(opened, hashes);
  const description = await describeChecked(job, opened, body.subarray(0, FIRST_BYTES));
  const written = await putWhole(parts, request, { body, hashes, description }, signal);
  const proved = provedBy(written, hashes) ? hashes : computedHere(hashes, body);
  return copied(job, opened, { hashes: proved, leg: checkedSourceLeg(opened, proved) }, written);
}

/** What was borrowed is computed after all, where the target did not say just now that it holds. */
function computedHere(hashes: WholeHashes, body: Buffer): WholeHashes {
  const { sourceChecksum, ...own } = hashes;
  const isComputed = hashes.sha256 !== undefined;
  return { ...own, sourceChecksum: isComputed ? sourceChecksum : undefined, md5: hash('md5', body) };
}

/** A borrowed MD5 is proved when the target checked our bytes with it just now and says that it holds them. */
function provedBy({ alreadyThere, object }: WrittenObject, { borrowedMd5, md5 }: WholeHashes): boolean {
  return !borrowedMd5 || (!alreadyThere && object.etag?.value === md5);
}

/** The source's own values, which the target compares with the bytes; nothing is computed here. */
function borrowedHashes({ length: size }: Buffer, { etag, checksum }: OpenedSource): WholeHashes {
  if (etag?.kind !== 'md5') throw new TypeError('Only an MD5 can be sent along.');
  const sourceChecksum = checksum?.type === 'full' ? checksum : undefined;
  return { size, sha256: undefined, md5: etag.value, borrowedMd5: true, sourceChecksum, multipartEtags: [] };
}

async function hashesOf(
  body: Buffer,
  opened: OpenedSource,
  targetVerifiesMd5: boolean,
  sha256: Buffer = hash('sha256', body, 'buffer'),
): Promise<WholeHashes> {
  const { etag, checksum, partSizes } = opened;
  const borrowedMd5 = targetVerifiesMd5 && etag?.kind === 'md5';
  const md5 = borrowedMd5 ? etag.value : hash('md5', body);
  const extra = worthComputing({ sourceChecksum: checksum, etag });
  if ((extra !== undefined && extra !== 'sha256') || partSizes.length > 0) {
    const running = await contentHash({ sourceChecksum: checksum, etag, partSizes, md5: false });
    running.update(body);
    return { ...(await running.digest()), md5, borrowedMd5 };
  }
  return {
    size: body.length,
    sha256: sha256.toString('hex'),
    md5,
    borrowedMd5,
    sourceChecksum:
      extra === undefined ? undefined : { algorithm: 'sha256', type: 'full', value: sha256.toString('base64') },
    multipartEtags: [],
  };
}
