import { createHash } from 'node:crypto';
import { OWN_FOLDER } from '@file-migration/config';
import { Failure } from '../../model/failure.ts';
import type { RetryBudget } from '../limits/retry.ts';
import type { TargetBucket } from './bucket.ts';
import { readAndHash } from './occupied.ts';

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
  const key = `${target.options.prefix}${OWN_FOLDER}${name}`;
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
