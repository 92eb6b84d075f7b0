import type { ClaimedDocument, CopyOutcome } from '../catalog/port.ts';
import type { CopyResult } from '../storage/copy-result.ts';

/** Waits before the next try of a document, milliseconds; the last one comes late, when a storm may have passed. */
const waits = [2_000, 15_000, 60_000] as const;

/**
 * What the catalog is told about one copy. A result that is worth another try goes back into the queue, to its end,
 * until the run's tries are used up; then it is `failed`, and still of class `retry`: `backup --retry failed` takes it on.
 * @param attempts tries of a document within one run
 * @param now milliseconds since 1970
 */
export function copyOutcome(
  document: ClaimedDocument,
  result: CopyResult,
  { attempts, now }: { attempts: number; now: number },
): CopyOutcome {
  if (result.kind !== 'retry') return result;
  const { code, message } = result;
  if (document.attempts + 1 >= attempts) return { kind: 'failed', code, failureClass: 'retry', message };
  const wait = waits[Math.min(document.attempts, waits.length - 1)] ?? 0;
  return { kind: 'retry', code, message, notBefore: now + Math.max(wait, result.retryAfterMs) };
}
