import type { LookupFunction, OnReadOpts, Socket } from 'node:net';
import { connect as connectPlain } from 'node:net';
import { connect as connectSecure, type ConnectionOptions as TlsOptions } from 'node:tls';
import { abortReason } from './abort-reason.ts';
import { offAbort, onAbort } from './abort-callbacks.ts';
import { ChunkedBody } from './chunked-body.ts';
import { HttpError, malformed } from './http-error.ts';
import type { HttpAnswer, HttpRequest } from './messages.ts';
import { ResponseBody, type BodySource } from './response-body.ts';
import { LONGEST_HEAD, parseResponseHead, type ResponseHead } from './response-head.ts';
import { hostOf, openTunnel } from './tunnel.ts';

export type ConnectionOptions = {
  /** Scheme, host and port of everything that is asked for. */
  readonly origin: URL;
  readonly lookup: LookupFunction | undefined;
  readonly connectTimeoutMs: number;
  /** How long nothing may move once there is a connection. */
  readonly idleTimeoutMs: number;
  /** Of an earlier connection to the same origin, so that TLS need not begin from nothing. */
  readonly tlsSession: Buffer | undefined;
  /** The connection can take another request. */
  readonly onFree: (connection: HttpConnection) => void;
  readonly onClosed: (connection: HttpConnection) => void;
  readonly onTlsSession: (session: Buffer) => void;
  /** The proxy that opens a tunnel to the origin; undefined: straight there. */
  readonly proxy?: URL | undefined;
};

/** One request on its way, until its answer's last byte. */
type Exchange = {
  readonly request: HttpRequest;
  readonly signal: AbortSignal;
  readonly onAbort: () => void;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: unknown) => void;
  /** What has come of the answer's head. */
  headText: string;
  /** Answers before the answer, such as 103. */
  interim: number;
  head: ResponseHead | undefined;
  body: ResponseBody | undefined;
  /** Bytes of the body that are still to come, where that is known. */
  left: number;
  chunked: ChunkedBody | undefined;
};

const HEAD_END = '\r\n\r\n';
const MOST_INTERIM = 20;

/**
 * What all connections of this thread read into when there is no better place; whoever keeps bytes copies them before the
 * next read.
 */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * One HTTP/1.1 connection, one request at a time. It reads into memory that is there already: a file's own where the
 * reader waits for its bytes, a common one otherwise.
 */
export class HttpConnection implements BodySource {
  readonly #options: ConnectionOptions;
  /** Through a proxy: the socket to the proxy, and from when the tunnel is open the one inside it. */
  #socket: Socket;
  /** A request that waits for the tunnel. */
  #unsent: { readonly head: string; readonly body: Buffer | undefined } | undefined;
  #tunneling: boolean;
  #current: Exchange | undefined;
  #connected = false;
  #paused = false;
  /** Where the read that comes next goes to. */
  #reading: Buffer = scratch;
  /** Milliseconds of the socket's own time-out, as it was last set. */
  #timeoutMs: number;
  /** Performance time until which an idle connection may be used. */
  usableUntil = Infinity;
  /** Whether it has answered before: the other side may have hung up meanwhile. */
  answered = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#timeoutMs = options.connectTimeoutMs;
    this.#tunneling = options.proxy !== undefined;
    this.#socket = options.proxy === undefined ? this.#connect() : this.#connectThrough(options.proxy);
    this.#watch(this.#socket);
  }

  get usable(): boolean {
    return this.#current === undefined && !this.#socket.destroyed;
  }

  /**
   * Sends a request. Resolves when the answer's headers are there.
   * @param head of the request, as `requestHead` makes it
   * @throws HttpError, Node's own errors, the signal's reason
   */
  exchange(request: HttpRequest, head: string, signal: AbortSignal): Promise<HttpAnswer> {
    return new Promise<HttpAnswer>((resolve, reject) => {
      if (this.#socket.destroyed) throw hungUp();
      const onAborted = (): void => this.abandon(abortReason(signal));
      this.#current = {
        request,
        signal,
        onAbort: onAborted,
        resolve,
        reject,
        headText: '',
        interim: 0,
        head: undefined,
        body: undefined,
        left: 0,
        chunked: undefined,
      };
      onAbort(signal, onAborted);
      this.#socket.ref();
      if (this.#connected) this.#setTimeout(request.headersTimeoutMs ?? this.#options.idleTimeoutMs);
      this.#send(head, request.body);
    });
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    // While nobody read, the time-out may have passed.
    this.#socket.setTimeout(this.#timeoutMs);
    this.#socket.resume();
  }

  /** Ends the connection, and what is under way with it. */
  abandon(reason: Error): void {
    this.#fail(reason);
  }

  #watch(socket: Socket): void {
    socket.setTimeout(this.#timeoutMs);
    socket.on('timeout', () => this.#timedOut());
    socket.on('error', (error) => this.#fail(error));
    socket.on('end', () => this.#otherSideEnded());
    socket.on('close', () => {
      // the one to the proxy closes with the one inside it
      if (socket !== this.#socket) return;
      this.#fail(hungUp());
      this.#options.onClosed(this);
    });
  }

  #connect(): Socket {
    const { origin, lookup } = this.#options;
    const onread: OnReadOpts = {
      buffer: () => (this.#reading = this.#roomOfBody()),
      callback: (bytes) => this.#read(bytes),
    };
    const common = { host: hostOf(origin), noDelay: true, keepAlive: true, onread, ...(lookup && { lookup }) };
    if (origin.protocol === 'http:') {
      const socket = connectPlain({ ...common, port: Number(origin.port || 80) });
      return socket.once('connect', () => this.#opened());
    }
    const socket = connectSecure({ ...common, port: Number(origin.port || 443), ...this.#tlsOptions() });
    socket.on('session', (session) => this.#options.onTlsSession(session));
    return socket.once('secureConnect', () => this.#opened());
  }

  #tlsOptions(): TlsOptions {
    const host = hostOf(this.#options.origin);
    const { tlsSession } = this.#options;
    return {
      ALPNProtocols: ['http/1.1'],
      // A certificate for an address is checked by the address; names alone may be sent (RFC 6066).
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      ...(tlsSession !== undefined && { session: tlsSession }),
    };
  }

  #connectThrough(proxy: URL): Socket {
    const { origin, lookup } = this.#options;
    return openTunnel(proxy, origin, {
      lookup,
      onFailed: (error) => this.#fail(error),
      onOpen: (tunnel) => {
        if (this.#socket.destroyed) return;
        if (origin.protocol === 'http:') this.#useTunnel(tunnel);
        else this.#secureTunnel(tunnel);
      },
    });
  }

  #secureTunnel(tunnel: Socket): void {
    // what happens to it, the socket inside it tells
    tunnel.removeAllListeners().on('error', () => undefined);
    const secure = connectSecure({ ...this.#tlsOptions(), host: hostOf(this.#options.origin), socket: tunnel });
    secure.on('session', (session) => this.#options.onTlsSession(session));
    secure.once('secureConnect', () => this.#useTunnel(secure));
    this.#socket = secure;
    this.#watch(secure);
  }

  /** Node reads into a caller's memory only on a socket of its own; from inside a tunnel bytes are copied once more. */
  #useTunnel(socket: Socket): void {
    socket.on('data', (bytes) => void this.#received(bytes));
    socket.resume();
    this.#tunneling = false;
    this.#opened();
    const unsent = this.#unsent;
    this.#unsent = undefined;
    if (unsent !== undefined) this.#send(unsent.head, unsent.body);
  }

  #opened(): void {
    this.#connected = true;
    this.#setTimeout(this.#current?.request.headersTimeoutMs ?? this.#options.idleTimeoutMs);
  }

  #setTimeout(milliseconds: number): void {
    if (milliseconds === this.#timeoutMs) return;
    this.#timeoutMs = milliseconds;
    this.#socket.setTimeout(milliseconds);
  }

  #send(head: string, body: Buffer | undefined): void {
    if (this.#tunneling) {
      this.#unsent = { head, body };
      return;
    }
    const socket = this.#socket;
    if (body === undefined || body.length === 0) {
      socket.write(head, 'latin1');
      return;
    }
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
  }

  /** Bytes of a body whose length is known may go straight to its reader; never more than are left of it. */
  #roomOfBody(): Buffer {
    const exchange = this.#current;
    const room = exchange?.head?.framing.kind === 'length' ? exchange.body?.room() : undefined;
    if (exchange === undefined || room === undefined) return scratch;
    return room.length > exchange.left ? room.subarray(0, exchange.left) : room;
  }

  /** @returns false to stop reading */
  #read(count: number): boolean {
    if (this.#reading === scratch) return this.#received(scratch.subarray(0, count));
    try {
      if (this.#current === undefined) throw excess();
      this.#landed(this.#current, count);
    } catch (error) {
      this.#fail(error);
    }
    return !this.#paused;
  }

  /** @returns false to stop reading */
  #received(bytes: Buffer): boolean {
    const exchange = this.#current;
    try {
      if (exchange === undefined) throw excess();
      if (exchange.head === undefined) this.#readHead(exchange, bytes);
      else this.#readBody(exchange, bytes);
    } catch (error) {
      this.#fail(error);
    }
    return !this.#paused;
  }

  #readHead(exchange: Exchange, bytes: Buffer): void {
    // Mostly the whole head comes at once, with the beginning of the body.
    const whole = exchange.headText === '' ? bytes.indexOf(HEAD_END, 0, 'latin1') : -1;
    if (whole >= 0) {
      this.#headRead(exchange, bytes.toString('latin1', 0, whole), bytes, whole + HEAD_END.length);
      return;
    }
    const before = exchange.headText.length;
    const text = exchange.headText + bytes.toString('latin1');
    const end = text.indexOf(HEAD_END, Math.max(0, before - HEAD_END.length));
    if (end >= 0) {
      this.#headRead(exchange, text.slice(0, end), bytes, end + HEAD_END.length - before);
    } else if (text.length > LONGEST_HEAD) {
      throw malformed('its head is too long');
    } else {
      exchange.headText = text;
    }
  }

  /** @param end where the head ends in `bytes`, the last of it that came */
  #headRead(exchange: Exchange, text: string, bytes: Buffer, end: number): void {
    exchange.headText = '';
    const head = parseResponseHead(text, exchange.request.method === 'HEAD');
    if (head.status < 200) {
      if (head.status === 101) throw malformed('it changes the protocol');
      if (++exchange.interim > MOST_INTERIM) throw malformed('it never comes to the point');
      if (end < bytes.length) this.#readHead(exchange, Buffer.from(bytes.subarray(end)));
      return;
    }
    this.#begin(exchange, head);
    if (end < bytes.length || exchange.left === 0) this.#readBody(exchange, bytes.subarray(end));
  }

  #begin(exchange: Exchange, head: ResponseHead): void {
    const { framing } = head;
    exchange.head = head;
    exchange.left = framing.kind === 'length' ? framing.bytes : Infinity;
    if (framing.kind === 'chunked') exchange.chunked = new ChunkedBody();
    const declared = framing.kind === 'length' ? framing.bytes : undefined;
    const body = new ResponseBody(this, declared, framing.kind !== 'until-close');
    exchange.body = body;
    this.#setTimeout(this.#options.idleTimeoutMs);
    exchange.resolve({ status: head.status, headers: head.headers, body });
  }

  #readBody(exchange: Exchange, bytes: Buffer): void {
    const { body, chunked } = exchange;
    if (body === undefined) return;
    if (chunked !== undefined) {
      const used = chunked.push(bytes, (piece) => body.push(piece));
      if (used < bytes.length) throw malformed('something follows its last chunk');
      if (chunked.done) this.#finish(exchange, body);
      return;
    }
    if (bytes.length > exchange.left) throw malformed('it is longer than it says');
    exchange.left -= bytes.length;
    if (bytes.length > 0) body.push(bytes);
    if (exchange.left === 0) this.#finish(exchange, body);
  }

  /** Bytes are where their reader wants them. */
  #landed(exchange: Exchange, count: number): void {
    const { body } = exchange;
    exchange.left -= count;
    body?.landed(count);
    if (exchange.left === 0 && body !== undefined) this.#finish(exchange, body);
  }

  /** The answer is whole. */
  #finish(exchange: Exchange, body: ResponseBody): void {
    this.#current = undefined;
    offAbort(exchange.signal, exchange.onAbort);
    this.answered = true;
    const socket = this.#socket;
    // An answer that came before the request was all sent leaves the rest of the request on the line.
    if (exchange.head?.keepsOpen !== true || socket.writableLength > 0 || socket.destroyed) socket.destroy();
    else {
      this.usableUntil = performance.now() + keptOpenMs(exchange.head);
      if (this.#paused) this.resume();
      socket.unref();
      this.#options.onFree(this);
    }
    body.end();
  }

  #timedOut(): void {
    if (this.#paused) return;
    const { origin, proxy, idleTimeoutMs } = this.#options;
    if (!this.#connected) {
      const through = proxy === undefined ? '' : ` through the proxy ${proxy.host}`;
      this.#fail(
        new HttpError('connect-time-out', `${origin.host} did not answer${through} in ${this.#timeoutMs} ms.`),
      );
    } else if (this.#current === undefined) {
      this.#socket.destroy();
    } else if (this.#current.body === undefined) {
      this.#fail(new HttpError('headers-time-out', `No answer came for ${this.#timeoutMs} ms.`));
    } else {
      this.#fail(new HttpError('body-time-out', `Nothing came for ${idleTimeoutMs} ms in the middle of an answer.`));
    }
  }

  #otherSideEnded(): void {
    const exchange = this.#current;
    if (exchange?.head?.framing.kind === 'until-close' && exchange.body !== undefined) {
      this.#finish(exchange, exchange.body);
    } else this.#fail(hungUp());
  }

  #fail(error: unknown): void {
    const exchange = this.#current;
    this.#current = undefined;
    this.#reading = scratch;
    this.#socket.destroy();
    if (exchange === undefined) return;
    offAbort(exchange.signal, exchange.onAbort);
    if (exchange.body === undefined) exchange.reject(error);
    else exchange.body.fail(error instanceof Error ? error : new Error(String(error)));
  }
}

/** How long an idle connection is kept, unless the other side says that it will close it sooner. */
const KEPT_OPEN_MS = 15_000;

/** @returns milliseconds, one second less than the other side promises */
function keptOpenMs({ headers }: ResponseHead): number {
  const hint = headers['keep-alive'];
  const seconds = hint === undefined ? undefined : /\btimeout=(\d{1,6})/i.exec(String(hint))?.[1];
  return seconds === undefined ? KEPT_OPEN_MS : Math.min(KEPT_OPEN_MS, Math.max(0, Number(seconds) * 1000 - 1000));
}

function excess(): HttpError {
  return malformed('there is more of it than there should be');
}

function hungUp(): HttpError {
  return new HttpError('connection-closed', 'The other side closed it before its answer was whole.');
}
