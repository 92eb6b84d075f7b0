import type { ServerResponse } from 'node:http';

export type Answer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export function json(status: number, body: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

/** A page for people under status 200, as proxies and sign-in pages in between answer. */
export function errorPage(): Answer {
  return { status: 200, contentType: 'text/html; charset=utf-8', body: ERROR_PAGE };
}

export function problem(status: number, message: string): Answer {
  return json(status, { error: { status, message } });
}

export function refusal(status: number, retryAfterSeconds: number | undefined): Answer {
  const answer = problem(status, 'The vendor refuses this request.');
  return retryAfterSeconds === undefined
    ? answer
    : { ...answer, headers: { 'retry-after': String(Math.ceil(retryAfterSeconds)) } };
}

export function send(response: ServerResponse, { status, contentType, body, headers }: Answer): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, 'content-type': contentType, 'content-length': length }).end(body);
}

const ERROR_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head>' +
  '<body><h1>Your session has ended</h1><p>Please sign in again to view this document.</p></body></html>\n';
