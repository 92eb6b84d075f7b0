import { hash } from 'node:crypto';
import { contentHash, worthComputing, type WholeHashes } from './content-hash.ts';
import { FIRST_BYTES } from './content-type.ts';
import type { OpenedSource } from './source-reader.ts';
import { checkedSourceLeg, copied, describeChecked, shortBody } from './stream-checks.ts';
import type { StreamedCopy, StreamJob } from './stream-job.ts';
import { putWhole } from './target-put.ts';

/** Copies a file of known, modest size over memory. */
export async function streamSmall(job: StreamJob, opened: OpenedSource, size: number): Promise<StreamedCopy> {
  const { parts, signal } = job;
  const taken = parts.buffers.take(size, signal);
  const buffer = taken instanceof Promise ? await taken : taken;
  try {
    if (parts.bandwidth !== undefined) await parts.bandwidth.take(size, signal);
    const received = await opened.body.into(buffer.memory);
    if (received !== size) throw shortBody(received, size);
    return await storeWhole(job, opened, buffer.memory.subarray(0, size));
  } finally {
    buffer.giveBack();
  }
}

/** Checks a file that is whole in memory against what its source says, and writes it. */
export async function storeWhole(job: StreamJob, opened: OpenedSource, body: Buffer): Promise<StreamedCopy> {
  const { parts, request, signal } = job;
  const hashes = await hashesOf(body, opened);
  const leg = checkedSourceLeg(opened, hashes);
  const description = await describeChecked(job, opened, body.subarray(0, FIRST_BYTES));
  const written = await putWhole(parts.target, parts.retries, request, { body, hashes, description }, signal);
  return copied(job, opened, hashes, leg, written);
}

/** One-shot hashes: cheaper than running ones by half for small files. */
async function hashesOf(body: Buffer, opened: OpenedSource): Promise<WholeHashes> {
  const wanted = { sourceChecksum: opened.checksum, etag: opened.etag, partSizes: opened.partSizes, md5: true };
  const extra = worthComputing(wanted);
  if ((extra !== undefined && extra !== 'sha256') || opened.partSizes.length > 0) {
    const running = await contentHash(wanted);
    running.update(body);
    const hashes = await running.digest();
    return { ...hashes, md5: hashes.md5 ?? hash('md5', body) };
  }
  const sha256 = hash('sha256', body, 'buffer');
  return {
    size: body.length,
    sha256: sha256.toString('hex'),
    md5: hash('md5', body),
    sourceChecksum:
      extra === undefined ? undefined : { algorithm: 'sha256', type: 'full', value: sha256.toString('base64') },
    multipartEtags: [],
  };
}
