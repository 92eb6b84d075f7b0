import { Failure } from '../../model/failure.ts';
import type { AdaptiveLimit, Lane, Slot, SlotEnd } from '../limits/adaptive-limit.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '@file-migration/http/messages';
import { networkFailure } from './network-failure.ts';
import type { ResponseBody } from '@file-migration/http/response-body';
import type { RateLimit } from '../limits/rate-limit.ts';
import type { Side } from './side.ts';

/** What all requests to one side share. */
export type SideConnection = {
  readonly side: Side;
  readonly pool: HttpClient;
  readonly limit: AdaptiveLimit;
  readonly requestRate: RateLimit | undefined;
};

/** An answer that holds one of its side's slots until `release`. */
export class LimitedAnswer implements HttpAnswer {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  readonly body: ResponseBody;
  readonly #limit: AdaptiveLimit;
  readonly #slot: Slot;
  readonly #timeToHeadersMs: number;

  constructor({ status, headers, body }: HttpAnswer, limit: AdaptiveLimit, slot: Slot, timeToHeadersMs: number) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.#limit = limit;
    this.#slot = slot;
    this.#timeToHeadersMs = timeToHeadersMs;
  }

  release(kind: SlotEnd['kind'], bytes: number): void {
    this.#limit.release(this.#slot, { kind, bytes, timeToHeadersMs: this.#timeToHeadersMs });
  }

  /** Gives the slot back when the body has ended or was cancelled. */
  releaseWithBody(): void {
    this.body.onClose((bytes, complete) => this.release(complete ? 'done' : 'failed', bytes));
  }

  /** Moves to the large lane; false when that is full. */
  toLarge(): boolean {
    return this.#limit.toLarge(this.#slot);
  }
}

/**
 * Waits for a slot and for the request rate, sends, and learns from how it went.
 * @param prepare makes the request at the last moment, so that its signature is fresh
 */
export async function limitedExchange(
  connection: SideConnection,
  prepare: () => HttpRequest | Promise<HttpRequest>,
  lane: Lane,
  signal: AbortSignal,
): Promise<LimitedAnswer> {
  const { side, pool, limit, requestRate } = connection;
  const granted = limit.acquire(lane, signal);
  const slot = granted instanceof Promise ? await granted : granted;
  let host = '';
  try {
    if (requestRate !== undefined) await requestRate.take(1, signal);
    const request = await prepare();
    host = request.origin;
    const sentAt = performance.now();
    const answer = await pool.exchange(request, signal);
    answer.body.translateErrors((error) => networkFailure(side, host, error));
    return new LimitedAnswer(answer, limit, slot, performance.now() - sentAt);
  } catch (error) {
    const failure = networkFailure(side, host, error);
    limit.release(slot, { kind: asksForLess(failure) ? 'slow-down' : 'failed', bytes: 0 });
    throw failure;
  }
}

/**
 * Refuses a body that ends with its connection: cut off, it would look whole.
 * @throws Failure of class `skip`, code `source-length-unknown` or `target-length-unknown`
 */
export function requireProvableEnd(side: Side, { body }: LimitedAnswer): void {
  if (body.endsProvably) return;
  body.cancel();
  throw new Failure(`The ${side} says neither how long the file is nor where it ends.`, {
    code: `${side}-length-unknown`,
    failureClass: 'skip',
  });
}

/** Says whether a failure means that the other side has too much to do. */
export function asksForLess(error: Error): boolean {
  return error instanceof Failure && (error.code.endsWith('-slow-down') || error.code.endsWith('-time-out'));
}
