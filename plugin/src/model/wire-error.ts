import { Failure, type FailureClass } from './failure.ts';
import type { FailureCode } from './failure-codes.ts';

/** An error as it crosses to another thread or process: structured cloning alone would lose its class. */
export type WireError =
  | {
      readonly kind: 'failure';
      readonly message: string;
      readonly code: FailureCode;
      readonly failureClass: FailureClass;
      readonly retryAfterMs: number | undefined;
      readonly actions: readonly string[];
    }
  | { readonly kind: 'fault'; readonly name: string; readonly message: string; readonly stack: string | undefined };

export function toWire(error: unknown): WireError {
  if (error instanceof Failure) {
    const { message, code, failureClass, retryAfterMs, actions } = error;
    return { kind: 'failure', message, code, failureClass, retryAfterMs, actions };
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'fault', name, message, stack };
}

export function fromWire(error: WireError): Error {
  if (error.kind === 'failure') {
    const { message, retryAfterMs, ...details } = error;
    return new Failure(message, { ...details, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }
  const fault = new Error(error.message);
  fault.name = error.name;
  if (error.stack !== undefined) fault.stack = error.stack;
  return fault;
}
