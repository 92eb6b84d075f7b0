import type { ClaimedDocument } from '../catalog/copy-queue.ts';
import type { CopyOutcome, CopyResult } from '../model/copy-outcome.ts';

/**
 * What the catalog is told about one copy. A result that is worth another try goes back into the queue, to its end,
 * until the run's tries are used up; then it is `failed`, and still of class `retry`: `backup --retry failed` takes it on.
 * @param attempts tries of a document within one run
 * @param waitsMs waits before the second try, the third, …; the last one serves for all further tries
 * @param now milliseconds since 1970
 */
export function copyOutcome(
  document: ClaimedDocument,
  result: CopyResult,
  { attempts, waitsMs, now }: { attempts: number; waitsMs: readonly number[]; now: number },
): CopyOutcome {
  if (result.kind !== 'retry') return result;
  const { code, message } = result;
  if (document.attempts + 1 >= attempts) return { kind: 'failed', code, failureClass: 'retry', message };
  const wait = waitsMs[Math.min(document.attempts, waitsMs.length - 1)] ?? 0;
  return { kind: 'retry', code, message, notBefore: now + Math.max(wait, result.retryAfterMs) };
}
