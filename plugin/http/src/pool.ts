import { WaitQueue } from './wait-queue.ts';
import { HttpConnection } from './connection.ts';
import { HttpError } from './http-error.ts';
import type { HttpAnswer, HttpClient, HttpClientOptions, HttpRequest } from './messages.ts';
import { requestHead } from './request-head.ts';

const SWEEP_MS = 1000;

/** Keeps connections open from one request to the next, and bounds how many there are. */
export class HttpPool implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #origins = new Map<string, OriginPool>();
  #sweeping: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /**
   * Sends a request over a free connection or a new one; where there are as many as there may be, waits for one.
   * @throws HttpError, Node's own errors, the signal's reason
   */
  async exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    if (this.#closed) throw closed();
    const head = requestHead(request);
    const origin = this.#origin(request.origin);
    const granted = origin.take(signal);
    const connection = granted instanceof Promise ? await granted : granted;
    if (signal.aborted) {
      origin.giveBack(connection);
      signal.throwIfAborted();
    }
    const usedBefore = connection.answered;
    try {
      return await connection.exchange(request, head, signal);
    } catch (error) {
      // The other side may hang up just as the next request is sent; reading again is harmless. Writing again is not up
      // to the connection: whoever writes asks first whether it still may.
      if (!usedBefore || !readsOnly(request) || !isHangUp(error) || signal.aborted) throw error;
      return await origin.connect().exchange(request, head, signal);
    }
  }

  /** Ends all connections and what is under way on them. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#sweeping);
    for (const origin of this.#origins.values()) origin.close();
    this.#origins.clear();
  }

  #origin(name: string): OriginPool {
    let origin = this.#origins.get(name);
    if (origin === undefined) {
      origin = new OriginPool(new URL(name), this.#options);
      this.#origins.set(name, origin);
      this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    }
    return origin;
  }

  #sweep(): void {
    for (const [name, origin] of this.#origins) {
      origin.sweep();
      if (origin.unused) this.#origins.delete(name);
    }
  }
}

class OriginPool {
  readonly #origin: URL;
  readonly #options: HttpClientOptions;
  readonly #all = new Set<HttpConnection>();
  /** The last one that became free is the first to be used. */
  readonly #idle: HttpConnection[] = [];
  readonly #line = new WaitQueue<void, HttpConnection>();
  #tlsSession: Buffer | undefined;

  constructor(origin: URL, options: HttpClientOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  get unused(): boolean {
    return this.#all.size === 0 && this.#line.length === 0;
  }

  take(signal: AbortSignal): HttpConnection | Promise<HttpConnection> {
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      if (last.usable && last.usableUntil > performance.now()) return last;
      last.abandon(closed());
    }
    if (this.#all.size < this.#options.connections) return this.connect();
    return this.#line.join(undefined, signal);
  }

  /** Gives a connection to whoever waits longest, or keeps it. */
  giveBack(connection: HttpConnection): void {
    if (this.#line.length > 0) this.#line.admit(connection);
    else this.#idle.push(connection);
  }

  /** Closes what has been idle for too long. */
  sweep(): void {
    const now = performance.now();
    const late = this.#idle.filter(({ usable, usableUntil }) => !usable || usableUntil <= now);
    for (const connection of late) {
      this.#idle.splice(this.#idle.indexOf(connection), 1);
      connection.abandon(closed());
    }
  }

  close(): void {
    this.#line.refuse(closed());
    for (const connection of this.#all) connection.abandon(closed());
  }

  /** A connection that nobody has used. */
  connect(): HttpConnection {
    const { connectTimeoutMs, idleTimeoutMs, lookup, proxyFor } = this.#options;
    const connection = new HttpConnection({
      origin: this.#origin,
      lookup,
      proxy: proxyFor?.(this.#origin.origin),
      connectTimeoutMs,
      idleTimeoutMs,
      tlsSession: this.#tlsSession,
      onFree: (free) => this.giveBack(free),
      onClosed: (gone) => {
        this.#all.delete(gone);
        if (this.#line.length > 0) this.giveBack(this.connect());
      },
      onTlsSession: (session) => (this.#tlsSession = session),
    });
    this.#all.add(connection);
    return connection;
  }
}

function closed(): HttpError {
  return new HttpError('connection-closed', 'The storage closed it.');
}

function readsOnly({ method }: HttpRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Before anything of an answer came: `exchange` throws only then. */
function isHangUp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'connection-closed' || code === 'ECONNRESET' || code === 'EPIPE';
}
