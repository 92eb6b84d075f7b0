import type { Dispatcher } from 'undici';
import type { IncomingHttpHeaders } from 'node:http';
import { abortReason } from './abort-reason.ts';
import { HttpError, malformed } from './http-error.ts';
import type { HttpAnswer, HttpClient, HttpClientOptions, HttpRequest } from './messages.ts';
import { requestHead } from './request-head.ts';
import { ResponseBody } from './response-body.ts';

/**
 * The same contract by undici: a way out for networks that the built-in client does not get along with. It reads into
 * buffers of its own, which costs a copy of every byte.
 */
export class UndiciClient implements HttpClient {
  readonly #options: HttpClientOptions;
  /** One a proxy, and one for what goes straight there. */
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  async exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { origin, method, path, headers, body, headersTimeoutMs } = request;
    // for what it refuses to send
    requestHead(request);
    const dispatcher = await this.#dispatcher(this.#options.proxyFor?.(origin));
    signal.throwIfAborted();
    return await new Promise((resolve, reject) => {
      dispatcher.dispatch(
        {
          origin,
          path,
          method,
          headers,
          body: body ?? null,
          ...(headersTimeoutMs !== undefined && { headersTimeout: headersTimeoutMs }),
        },
        new Answering(method, signal, { resolve, reject }),
      );
    });
  }

  close(): void {
    const closed = new HttpError('connection-closed', 'The storage closed it.');
    for (const opening of this.#dispatchers.values()) {
      opening.then((dispatcher) => dispatcher.destroy(closed)).catch(() => undefined);
    }
    this.#dispatchers.clear();
  }

  #dispatcher(proxy: URL | undefined): Promise<Dispatcher> {
    const key = proxy?.href ?? '';
    const known = this.#dispatchers.get(key);
    if (known !== undefined) return known;
    const made = openDispatcher(this.#options, proxy);
    this.#dispatchers.set(key, made);
    return made;
  }
}

/** Loads undici where it is asked for: it is as large as the rest of the copying path. */
async function openDispatcher(
  { connections, connectTimeoutMs, idleTimeoutMs, lookup }: HttpClientOptions,
  proxy: URL | undefined,
): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import('undici');
  const options = { connections, pipelining: 1, headersTimeout: idleTimeoutMs, bodyTimeout: idleTimeoutMs };
  if (proxy === undefined)
    return new Agent({ ...options, connect: { timeout: connectTimeoutMs, ...(lookup && { lookup }) } });
  return new ProxyAgent({ ...options, uri: withoutUser(proxy), ...authorization(proxy), proxyTunnel: true });
}

type Settle = { readonly resolve: (answer: HttpAnswer) => void; readonly reject: (error: unknown) => void };

/** One request, from the first byte of its answer to the last. */
class Answering implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #settle: Settle;
  readonly #bodiless: boolean;
  #controller: Dispatcher.DispatchController | undefined;
  #body: ResponseBody | undefined;
  readonly #onAborted = (): void => this.#abandon(abortReason(this.#signal));

  constructor(method: HttpRequest['method'], signal: AbortSignal, settle: Settle) {
    this.#bodiless = method === 'HEAD';
    this.#signal = signal;
    this.#settle = settle;
    signal.addEventListener('abort', this.#onAborted);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#onAborted();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    const length = this.#bodiless ? 0 : lengthOf(headers);
    this.#body = new ResponseBody(
      {
        pause: () => this.#controller?.pause(),
        resume: () => this.#controller?.resume(),
        abandon: (reason) => this.#abandon(reason),
      },
      status === 204 || status === 304 ? 0 : length,
    );
    this.#settle.resolve({ status, headers, body: this.#body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener('abort', this.#onAborted);
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(httpError(error));
  }

  #abandon(reason: Error): void {
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  #fail(error: Error): void {
    this.#signal.removeEventListener('abort', this.#onAborted);
    if (this.#body === undefined) this.#settle.reject(error);
    else this.#body.fail(error);
  }
}

function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** Undici's errors in this package's words; those of the socket and of TLS keep Node's codes. */
function httpError(error: Error): Error {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new HttpError('connect-time-out', error.message);
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new HttpError('headers-time-out', error.message);
    case 'UND_ERR_BODY_TIMEOUT':
      return new HttpError('body-time-out', error.message);
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
      return new HttpError('connection-closed', error.message);
    case 'UND_ERR_ABORTED':
      return error.message.startsWith('Proxy response') ? new HttpError('proxy-refused', error.message) : error;
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return malformed('it is not as long as it says');
    default:
      return code.startsWith('HPE_') ? malformed(error.message) : error;
  }
}

function withoutUser(proxy: URL): string {
  const plain = new URL(proxy);
  plain.username = '';
  plain.password = '';
  return plain.href;
}

function authorization(proxy: URL): { readonly token?: string } {
  if (proxy.username === '') return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { token: `Basic ${Buffer.from(user).toString('base64')}` };
}
