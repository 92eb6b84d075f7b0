/**
 * What is to be done about an error, decided where it arises:
 * - `retry`: the same request may succeed later (time-out, 503, lock).
 * - `skip`: this document cannot succeed as it is; the run goes on without it.
 * - `pause`: nothing can succeed for a while (API budget spent, rate limit); wait, then go on.
 * - `stop`: the set-up is wrong (credentials, bucket, permission); going on would fail every document.
 */
export type FailureClass = 'retry' | 'skip' | 'pause' | 'stop';

export type FailureDetails = {
  /** A stable name for counting and for looking up what to do, in kebab-case (`source-missing`, `target-denied`). */
  readonly code: string;
  readonly failureClass: FailureClass;
  /** Earliest sensible moment for another try, in milliseconds from now, when the other side said so. */
  readonly retryAfterMs?: number;
  /** What the person at the keyboard should do next, as exact commands or settings. */
  readonly actions?: readonly string[];
  readonly cause?: unknown;
};

/** An error that knows its class. Nobody upstream parses messages. Messages carry no secrets. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly failureClass: FailureClass;
  readonly retryAfterMs: number | undefined;
  readonly actions: readonly string[];

  constructor(message: string, details: FailureDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.failureClass = details.failureClass;
    this.retryAfterMs = details.retryAfterMs;
    this.actions = details.actions ?? [];
  }
}
