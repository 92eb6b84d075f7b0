import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { offAbort, onAbort } from '../limits/abort-callbacks.ts';
import { ResponseBody } from './response-body.ts';

/** One HTTP request; headers are lower case. */
export type HttpRequest = {
  readonly origin: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Buffer | undefined;
  /** Milliseconds until the headers must be there; without it the connection's own. */
  readonly headersTimeoutMs?: number | undefined;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end or cancelled; only then its connection is free again. */
  readonly body: ResponseBody;
};

/**
 * Sends one request through undici's lowest layer, which costs a third of its `request` (no streams, no signals).
 * Resolves when the headers are there.
 * @throws undici's and Node's own errors; see `networkFailure`
 */
export function exchange(dispatcher: Dispatcher, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise<HttpAnswer>((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    dispatcher.dispatch(
      {
        origin: request.origin,
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.body ?? null,
        ...(request.headersTimeoutMs !== undefined && { headersTimeout: request.headersTimeoutMs }),
        // Nothing is pipelined, and every PUT here is safe to repeat; undici itself never repeats a request with a body.
        idempotent: true,
        // undici closes a connection after HEAD, for servers that send a body with it all the same; such a body would be
        // an answer that nobody asked for, which ends the connection anyway. S3 sends none.
        reset: false,
        blocking: false,
      },
      new Exchange(signal, resolve, reject),
    );
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onAbort = (): void => this.#abort();
  #controller: Dispatcher.DispatchController | undefined;
  #body: ResponseBody | undefined;

  constructor(signal: AbortSignal, resolve: (answer: HttpAnswer) => void, reject: (error: unknown) => void) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    onAbort(signal, this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#abort();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#body = new ResponseBody(controller, headers['content-length']);
    this.#resolve({ status, headers, body: this.#body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    offAbort(this.#signal, this.#onAbort);
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    offAbort(this.#signal, this.#onAbort);
    if (this.#body === undefined) this.#reject(error);
    else this.#body.fail(error);
  }

  #abort(): void {
    const reason = abortReason(this.#signal);
    if (this.#controller === undefined) this.#reject(reason);
    else this.#controller.abort(reason);
  }
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('The copy was cancelled.', 'AbortError');
}
