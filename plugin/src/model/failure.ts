import { failureInfo, type FailureCode, type KnownFailureCode, type FailureClass } from './failure-codes.ts';

export type { FailureClass };

/** A code's class stands in the registry; where an answer decides it, and for codes of others, it is said here. */
type Classified =
  | { readonly code: KnownFailureCode; readonly failureClass?: FailureClass }
  | { readonly code: FailureCode; readonly failureClass: FailureClass };

export type FailureDetails = Classified & {
  /** Earliest sensible moment for another try, in milliseconds from now, when the other side said so. */
  readonly retryAfterMs?: number;
  /** What the person at the keyboard should do next, as exact commands or settings. */
  readonly actions?: readonly string[];
  readonly cause?: unknown;
};

/** An error that knows its class. Nobody upstream parses messages. Messages carry no secrets. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** Counts the failure, and finds what to do about it. */
  readonly code: FailureCode;
  readonly failureClass: FailureClass;
  readonly retryAfterMs: number | undefined;
  readonly actions: readonly string[];

  constructor(message: string, details: FailureDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.failureClass = details.failureClass ?? failureInfo(details.code).class;
    this.retryAfterMs = details.retryAfterMs;
    this.actions = details.actions ?? [];
  }
}
