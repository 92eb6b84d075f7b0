import type { IncomingHttpHeaders } from 'node:http';
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
