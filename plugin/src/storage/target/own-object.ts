import { createHash } from 'node:crypto';
import { OWN_FOLDER } from '@file-migration/config';
import { Failure } from '../../model/failure.ts';
import { targetLeg } from '../evidence/target-leg.ts';
import { concurrently } from '../../async/concurrently.ts';
import type { RetryBudget } from '../limits/retry.ts';
import { headObject } from '../s3/stored-object.ts';
import type { TargetBucket } from './bucket.ts';
import { MultipartUpload } from './multipart.ts';
import { readAndHash } from './occupied.ts';
import { storedWrongly } from './put.ts';

/** An object of our own, as it lies in the target. */
export type OwnObject = {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
};

/** Parts of one object in flight; each is held in memory until it is stored. */
const parallelParts = 3;
const partBytes = 8 * 1024 * 1024;

/** The key of an object of our own: below the prefix, where no document's key can lie. */
export function ownKey({ prefix }: { readonly prefix: string }, name: string): string {
  return `${prefix}${OWN_FOLDER}${name}`;
}

/**
 * Writes a small object of our own below the prefix, where no document's key can lie, and never over another one.
 * What was written by a request whose answer was lost counts as written when its bytes are the same.
 * @returns its key
 * @throws Failure `target-occupied` (stop) when something else lies there
 */
export async function putOwnObject(
  target: TargetBucket,
  retries: RetryBudget,
  { name, body, contentType }: { readonly name: string; readonly body: Buffer; readonly contentType: string },
  signal: AbortSignal,
): Promise<string> {
  const key = ownKey(target.options, name);
  const sha256 = createHash('sha256').update(body).digest();
  const headers = {
    'content-type': contentType,
    'x-amz-checksum-sha256': sha256.toString('base64'),
  };
  const requireSame = async (): Promise<string> => {
    if ((await readAndHash(target, key, signal)).sha256 === sha256.toString('hex')) return key;
    throw new Failure(`The target already holds something else under ${key}; nothing is ever overwritten.`, {
      code: 'target-occupied',
      failureClass: 'stop',
      actions: ['Find out who wrote the object.'],
    });
  };
  const { conditionalPut } = await target.capabilities(signal);
  return await retries.run(async () => {
    if (!conditionalPut && (await target.existing(key, signal)) !== undefined) return await requireSame();
    await target.fence();
    try {
      await target.put(key, { lane: 'small', body, sha256: sha256.toString('hex'), headers }, signal);
      return key;
    } catch (error) {
      if (error instanceof Failure && error.code === 'target-precondition-failed') return await requireSame();
      throw error;
    }
  }, signal);
}

/**
 * Writes an object of our own out of a stream, whatever its length, in flat memory: with one request when it fits into a
 * part, else in parts. Nothing is visible before all of it is there; never over another object.
 * @param chunks each is used up before the next one is asked for
 * @throws Failure; `target-precondition-failed` when something lies under the key already
 */
export async function streamOwnObject(
  target: TargetBucket,
  retries: RetryBudget,
  { name, contentType, chunks }: { readonly name: string; readonly contentType: string; readonly chunks: Chunks },
  signal: AbortSignal,
): Promise<OwnObject> {
  const key = ownKey(target.options, name);
  const hash = createHash('sha256');
  let size = 0;
  const parts = numbered(chunks, (bytes) => {
    hash.update(bytes);
    size += bytes.length;
  });
  const first = (await parts.next()).value;
  if (first === undefined || first.isLast) {
    await putOwnObject(target, retries, { name, body: first?.bytes ?? Buffer.alloc(0), contentType }, signal);
    return { key, size, sha256: hash.digest('hex') };
  }
  const upload = await MultipartUpload.start({ target, retries }, { key }, describing(contentType), signal);
  try {
    await upload.part(first.number, first.bytes, signal);
    await concurrently(parts, { atOnce: parallelParts, signal }, ({ number, bytes }) =>
      upload.part(number, bytes, signal),
    );
    signal.throwIfAborted();
    await retries.run(() => upload.complete(signal), signal);
  } catch (error) {
    await upload.abort();
    throw error;
  }
  const object = await headObject(target.client, key, signal);
  const leg = object === undefined ? 'mismatch' : targetLeg(object, upload.expected());
  if (object?.size !== size || leg === 'mismatch') throw storedWrongly(key);
  return { key, size, sha256: hash.digest('hex') };
}

type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

type Part = { readonly number: number; readonly bytes: Buffer; readonly isLast: boolean };

/** The parts in their order, each told to `onPart` before it is handed on. */
async function* numbered(chunks: Chunks, onPart: (bytes: Buffer) => void): AsyncGenerator<Part, undefined> {
  let number = 0;
  for await (const part of inParts(chunks)) {
    onPart(part.bytes);
    yield { ...part, number: ++number };
  }
  return undefined;
}

/** Parts of one size, the last one smaller; at least one, which may be empty. */
async function* inParts(chunks: Chunks): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  let memory = Buffer.allocUnsafe(partBytes);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) {
      // only when more comes is a full part known not to be the last
      if (filled === memory.length) {
        yield { bytes: memory, isLast: false };
        memory = Buffer.allocUnsafe(partBytes);
        filled = 0;
      }
      const copied = chunk.copy(memory, filled, from);
      filled += copied;
      from += copied;
    }
  }
  yield { bytes: memory.subarray(0, filled), isLast: true };
}

function describing(contentType: string): Parameters<typeof MultipartUpload.start>[2] {
  return { contentType, contentDisposition: 'attachment', contentEncoding: undefined, metadata: {} };
}
