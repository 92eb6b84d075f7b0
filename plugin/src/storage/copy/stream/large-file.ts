import { concurrently } from '../../../async/concurrently.ts';
import { Failure } from '../../../model/failure.ts';
import { contentHash, type ContentHash } from '../../evidence/content-hash.ts';
import { FIRST_BYTES } from '../content-type.ts';
import { targetLeg } from '../../evidence/target-leg.ts';
import type { FileBuffer } from '../../limits/file-buffers.ts';
import { shortBody } from '@file-migration/http/response-body';
import type { OpenedSource } from '../../source/reader.ts';
import { storeWhole } from './small-file.ts';
import type { StreamedCopy, StreamJob } from './job.ts';
import { checkedSourceLeg, copied, describeChecked, tooLarge } from './checks.ts';
import { MultipartUpload } from '../../target/multipart.ts';
import { headObject } from '../../s3/stored-object.ts';
import { isOurCopy, occupied, resolveOccupiedKey, type OurObject } from '../../target/occupied.ts';
import { storedWrongly, type WrittenObject } from '../../target/put.ts';

const MIB = 1024 * 1024;
const MOST_PARTS = 10_000;
const LEAST_PART = 5 * MIB;
/** Parts of one file in flight; more than that only takes memory from other files. */
const PARALLEL_PARTS = 4;

/**
 * Copies a file that is large, or whose size nobody said, in parts: one ordered read, several uploads at once. What
 * turns out to be small is written whole.
 * @param most bytes; a longer file is left out
 */
export async function streamLarge(job: StreamJob, opened: OpenedSource, most: number): Promise<StreamedCopy> {
  const { parts, request, signal } = job;
  const existing = await parts.target.existing(request.key, signal);
  if (existing === undefined) return await upload(job, opened, most);
  if (!isOurCopy(parts.target, request, existing)) throw occupied('is not our copy of this document', request);
  return await compareOnly(job, opened, most);
}

async function upload(job: StreamJob, opened: OpenedSource, most: number): Promise<StreamedCopy> {
  const { parts, signal } = job;
  const partBytes = partSize(opened, parts.partBytes);
  // The part size in use gives its ETag for nothing: its parts are hashed anyway.
  const otherSizes = opened.partSizes.filter((size) => size !== partBytes);
  const hash = await contentHash({ ...wanted(opened), partSizes: otherSizes });
  let started: MultipartUpload | undefined;
  try {
    const pieces = cut(job, opened, { partBytes, most }, hash);
    const first = await pieces.next();
    if (first.done === true) throw new TypeError('A file has at least one part.');
    if (first.value.last) return await storeWhole(job, opened, first.value.bytes).finally(first.value.done);
    const sending = (started = await startUpload(job, opened, first.value));
    // one more than are sent at once: it reads the next part meanwhile
    await concurrently(startingWith(first.value, pieces), { atOnce: PARALLEL_PARTS + 1 }, (part) =>
      sending.part(part.number, part.bytes, signal).finally(part.done),
    );
    const hashes = await hash.digest();
    if (opened.size !== undefined && hashes.size !== opened.size) throw shortBody(hashes.size, opened.size);
    const expected = started.expected();
    const known = { ...hashes, multipartEtags: [...hashes.multipartEtags, expected.etag] };
    const leg = checkedSourceLeg(opened, known);
    const written = await complete(job, started, { size: hashes.size, sha256: hashes.sha256, expected });
    return copied(job, opened, { hashes: known, leg }, written);
  } catch (error) {
    await started?.abort();
    throw error;
  }
}

/** Its first bytes say what kind of file it is; they are given back where it cannot be begun. */
async function startUpload(job: StreamJob, opened: OpenedSource, first: Part): Promise<MultipartUpload> {
  const { parts, request, signal } = job;
  try {
    const description = await describeChecked(job, opened, first.bytes.subarray(0, FIRST_BYTES));
    return await MultipartUpload.start(parts, request, description, signal);
  } catch (error) {
    first.done();
    throw error;
  }
}

async function* startingWith(first: Part, rest: AsyncIterable<Part>): AsyncGenerator<Part> {
  yield first;
  yield* rest;
}

/** Makes the object appear and asks the store what it now holds; after a lost answer, what is there decides. */
async function complete(job: StreamJob, upload: MultipartUpload, ours: OurObject): Promise<WrittenObject> {
  const { parts, request, signal } = job;
  const { conditionalPut } = await parts.target.capabilities(signal);
  if (!conditionalPut && (await parts.target.existing(request.key, signal)) !== undefined) {
    await upload.abort();
    return { ...(await resolveOccupiedKey(parts.target, request, ours, signal)), alreadyThere: true };
  }
  try {
    await parts.retries.run(() => upload.complete(signal), signal);
  } catch (error) {
    const isDecidedThere =
      error instanceof Failure && (error.code === 'target-precondition-failed' || error.code === 'target-upload-gone');
    if (!isDecidedThere) throw error;
    await upload.abort();
    return { ...(await resolveOccupiedKey(parts.target, request, ours, signal)), alreadyThere: true };
  }
  const object = await headObject(parts.target.client, request.key, signal);
  const leg = object === undefined ? 'mismatch' : targetLeg(object, ours.expected);
  if (object?.size !== ours.size || leg === 'mismatch') throw storedWrongly(request.key);
  return { object, leg, alreadyThere: false };
}

/** An earlier try got the object there, but nobody wrote that down: the source is read only to compare. */
async function compareOnly(job: StreamJob, opened: OpenedSource, most: number): Promise<StreamedCopy> {
  const { parts, request, signal } = job;
  const hash = await contentHash(wanted(opened));
  let size = 0;
  await opened.body.drain((bytes) => {
    size += bytes.length;
    if (size > most) throw tooLarge(size, most);
    hash.update(bytes);
  });
  if (opened.size !== undefined && size !== opened.size) throw shortBody(size, opened.size);
  const hashes = await hash.digest();
  const leg = checkedSourceLeg(opened, hashes);
  const checksum = {
    algorithm: 'sha256',
    type: 'full',
    value: Buffer.from(hashes.sha256, 'hex').toString('base64'),
  } as const;
  const ours = { size, sha256: hashes.sha256, expected: { checksums: [checksum], etag: hashes.md5 ?? '' } };
  const existing = await resolveOccupiedKey(parts.target, request, ours, signal);
  return copied(job, opened, { hashes, leg }, { ...existing, alreadyThere: true });
}

type Part = {
  readonly number: number;
  readonly bytes: Buffer;
  readonly last: boolean;
  /** Gives the bytes' memory back. */
  readonly done: () => void;
};

/** Cuts the source into parts of one size; holds one part's memory at a time, the others belong to the uploads. */
async function* cut(
  { parts, signal }: StreamJob,
  opened: OpenedSource,
  { partBytes, most }: { readonly partBytes: number; readonly most: number },
  hash: ContentHash,
): AsyncGenerator<Part, void, undefined> {
  let held: FileBuffer | undefined;
  let size = 0;
  try {
    for (let number = 1, last = false; !last; number++) {
      if (parts.bandwidth !== undefined) await parts.bandwidth.take(partBytes, signal);
      const { memory, giveBack } = (held = await parts.buffers.take(partBytes, signal));
      const bytes = await opened.body.fill(memory.subarray(0, partBytes), (piece) => hash.update(piece));
      size += bytes;
      if (size > most) throw tooLarge(size, most);
      last = await opened.body.ended();
      held = undefined;
      yield { number, bytes: memory.subarray(0, bytes), last, done: giveBack };
    }
  } finally {
    held?.giveBack();
  }
}

/**
 * The size the source itself was cut into, where that is handy: then its ETag needs no hashing of its own. Else ours,
 * larger where the file would need too many parts.
 */
function partSize({ size, partSizes }: OpenedSource, usual: number): number {
  const least = Math.max(LEAST_PART, usual);
  if (size === undefined) return least;
  const forAll = Math.ceil(size / MOST_PARTS / MIB) * MIB;
  const sources = partSizes.find((bytes) => bytes >= LEAST_PART && bytes >= forAll && bytes <= 2 * least);
  return sources ?? Math.max(least, forAll);
}

function wanted({ checksum, etag, partSizes }: OpenedSource): Parameters<typeof contentHash>[0] {
  return { sourceChecksum: checksum, etag, partSizes, md5: etag?.kind === 'md5' };
}
