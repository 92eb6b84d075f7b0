import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { ResponseBody } from './response-body.ts';

/** What a header's name may be: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
export const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** One HTTP request; headers are lower case. */
export type HttpRequest = {
  readonly origin: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
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

/** Sends requests and answers them; how connections are made, kept and bounded is its own matter. */
export type HttpClient = {
  /**
   * Resolves when the answer's headers are there.
   * @throws HttpError; Node's own errors, with a `code`; the signal's reason
   */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Ends all connections and what is under way on them. */
  close(): void;
};

export type HttpClientOptions = {
  /** Most connections to one origin. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** How long nothing may move once there is a connection. */
  readonly idleTimeoutMs: number;
  /** Resolves names at the moment of connecting, in place of the system's own. */
  readonly lookup?: LookupFunction;
  /** The proxy for an origin; undefined: straight there. Without it no proxy is used. */
  readonly proxyFor?: (origin: string) => URL | undefined;
};
