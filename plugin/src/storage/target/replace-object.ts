import { createHash } from 'node:crypto';
import { Failure } from '../../model/failure.ts';
import type { RetryBudget } from '../limits/retry.ts';
import { S3Failure } from '../s3/failure.ts';
import type { TargetBucket } from './bucket.ts';
import { encryptionHeaders } from './headers.ts';
import { ONLY_IF_NOTHING_IS_THERE } from './create.ts';

/** A small object of our own as it lay there when it was read. */
export type ReadObject = { readonly body: Buffer; readonly etag: string };

/** Objects that are read whole into memory are records of a few hundred bytes. */
const largestRecord = 64 * 1024;

/** @returns undefined when nothing is there. @throws Failure */
export async function readSmallObject(
  target: TargetBucket,
  retries: RetryBudget,
  key: string,
  signal: AbortSignal,
): Promise<ReadObject | undefined> {
  try {
    return await retries.run(async () => {
      const answer = await target.client.get(key, { lane: 'small' }, signal);
      const body = await answer.body.bytes(largestRecord);
      const { etag } = answer.headers;
      if (etag !== undefined) return { body, etag };
      throw new Failure(`The target gives no ETag for ${key}.`, { code: 'target-refused', failureClass: 'stop' });
    }, signal);
  } catch (error) {
    if (error instanceof Failure && error.code === 'target-missing') return undefined;
    throw error;
  }
}

/**
 * Puts a small object in the place of the one that was read, or where none was: of many writers one wins
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). A store that knows no conditions is
 * written without: whoever asks reads again what stands there.
 * @param replaces the ETag of what was read; undefined: nothing was there
 * @returns false when something else stands there by now, which may be this very object after an answer that was lost
 * @throws Failure
 */
export async function replaceSmallObject(
  target: TargetBucket,
  retries: RetryBudget,
  { key, body, replaces }: { readonly key: string; readonly body: Buffer; readonly replaces: string | undefined },
  signal: AbortSignal,
): Promise<boolean> {
  const sha256 = createHash('sha256').update(body).digest();
  const put = async (condition: Readonly<Record<string, string>>): Promise<void> => {
    const headers = {
      'content-type': 'application/json',
      'x-amz-checksum-sha256': sha256.toString('base64'),
      ...encryptionHeaders(target.options),
      ...condition,
    };
    await target.client.put(key, { lane: 'small', body, sha256: sha256.toString('hex'), headers }, signal);
  };
  try {
    await retries.run(
      () => put(replaces === undefined ? ONLY_IF_NOTHING_IS_THERE : { 'if-match': replaces }),
      signal,
      ({ code }) => code === 'target-precondition-failed',
    );
    return true;
  } catch (error) {
    if (!(error instanceof S3Failure)) throw error;
    if (error.code === 'target-precondition-failed' || error.code === 'target-missing') return false;
    if (error.status !== 501) throw error;
    await retries.run(() => put({}), signal);
    return true;
  }
}
