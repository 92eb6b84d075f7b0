import type { KeyLayout } from '@file-migration/config/contract';
import { Failure, type FailureClass } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import type { OurLinks } from './our-links.ts';
import type { CatalogBinding, CatalogIdentity } from './port.ts';

/** What the worker thread is started with: plain data. */
export type WorkerStart = {
  readonly file: string;
  readonly binding: CatalogBinding;
  readonly command: string;
  readonly layout: KeyLayout;
  readonly links: OurLinks;
  readonly s3UrlBase: string;
  readonly takeOver: boolean;
  readonly clock: SharedClock | undefined;
  readonly maxBytes: number | undefined;
};

/** One number, milliseconds since 1970, in memory that both threads see. */
export type SharedClock = Float64Array<SharedArrayBuffer>;

/** The worker's first message. */
export type Opened =
  | {
      readonly kind: 'opened';
      readonly methods: readonly string[];
      readonly identity: CatalogIdentity;
      readonly epoch: number;
    }
  | { readonly kind: 'refused'; readonly error: WireError };

export type Call = { readonly id: number; readonly method: string; readonly args: readonly unknown[] };

export type Answer =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: WireError };

/** An error as it crosses the thread boundary: structured cloning alone would lose its class. */
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
