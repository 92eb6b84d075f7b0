import { Failure } from '../../model/failure.ts';
import type { RetryBudget } from '../limits/retry.ts';
import type { TargetBucket } from './bucket.ts';

const chunkBytes = 256 * 1024;
/** Times in a row that a connection may break without a byte in between. */
const mostBreaks = 5;

/**
 * Reads an object of the target from its beginning to its end, in flat memory. A connection that breaks is taken up again
 * where it broke, on the same version of the object.
 * @yields bytes that are good until the next ones are asked for
 * @throws Failure
 */
export async function* readObject(
  target: TargetBucket,
  retries: RetryBudget,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const memory = Buffer.allocUnsafe(chunkBytes);
  let offset = 0;
  let etag: string | undefined;
  let breaks = 0;
  for (;;) {
    const headers = {
      ...(offset > 0 && { range: `bytes=${offset}-` }),
      ...(etag !== undefined && { 'if-match': etag }),
    };
    const answer = await retries.run(() => target.client.get(key, { lane: 'large', headers }, signal), signal);
    etag ??= answer.headers.etag;
    try {
      for (let read = memory.length; read === memory.length;) {
        const before = answer.body.delivered;
        const filled = await answer.body.fill(memory).catch((error: unknown) => {
          breaks = answer.body.delivered === before ? breaks + 1 : 1;
          if (!(error instanceof Failure) || error.failureClass !== 'retry' || breaks > mostBreaks) throw error;
          return undefined;
        });
        if (filled === undefined) break;
        read = filled;
        offset += read;
        if (read > 0) yield memory.subarray(0, read);
        if (read < memory.length) return;
      }
    } finally {
      answer.body.cancel();
    }
  }
}
