import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { faultCode, type RequestFault } from '../fault.ts';
import type { Org } from '../org.ts';
import { ApiError, notImplemented } from './api-error.ts';
import { errorBody, parseJson, readAll, readBytes } from './body.ts';
import { send } from './send.ts';
import { findRoute, type Answer, type Call, type Route } from './router.ts';

/** Serves the routes on loopback; resolves when it listens. */
export async function serve(
  org: Org,
  routes: readonly Route[],
  port: number,
): Promise<{ server: Server; url: string }> {
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    answerRequest(org, routes, request, response).catch((error: unknown) => {
      // the caller hung up, or a fault cut the connection
      if (!response.destroyed) response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function answerRequest(
  org: Org,
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  // sf stores the instance URL with a trailing slash and asks for //services/…
  const url = new URL(
    (request.url ?? '/').replace(/^\/{2,}/, '/').replace(/^([^?]*)/, (path) => path.replaceAll(/\/{2,}/g, '/')),
    org.url,
  );
  const found = findRoute(routes, method, url.pathname);
  const operation = 'route' in found ? found.route.name : 'unknown';
  const fault = await meetFaults(org, request, operation, url);
  const call = callOf(org, request, { method, url, params: 'route' in found ? found.params : {} });
  const answer = await answerCall(call, found, request, fault);
  if (operation === 'unknown' || answer.status === 501) {
    org.requests.unknown.push(`${method} ${url.pathname}`);
    org.warn(`not implemented: ${method} ${url.pathname}${url.search}`);
  }
  org.requests.add({
    at: org.now(),
    method,
    path: url.pathname + url.search,
    operation,
    username: org.userOf(request.headers.authorization)?.username,
    status: answer.status,
  });
  await send(org, response, answer, fault?.kind === 'cut' ? (fault.atByte ?? 0) : undefined);
}

/** Delays and expiries happen here; what must shape the answer is returned. */
async function meetFaults(
  org: Org,
  request: IncomingMessage,
  operation: string,
  url: URL,
): Promise<RequestFault | undefined> {
  const fault = org.faults.pick({ operation, resource: url.pathname + url.search });
  switch (fault?.kind) {
    case 'error':
    case 'answer':
    case 'headers':
    case 'cut':
      return fault;
    case 'delay':
    case 'slow':
      await sleep(fault.ms);
      return undefined;
    case 'expire':
      org.endSession(request.headers.authorization);
      return fault;
    case 'edit':
      org.strangerEdits(fault);
      return undefined;
    case 'row':
    case 'lock':
    case 'fail':
    case 'gone':
    case undefined:
      return undefined;
  }
}

async function answerCall(
  call: Call,
  found: ReturnType<typeof findRoute>,
  request: IncomingMessage,
  fault: RequestFault | undefined,
): Promise<Answer> {
  const { org } = call;
  try {
    const failure = fault?.kind === 'error' ? faultError(fault) : undefined;
    if (failure && fault?.kind === 'error' && fault.after !== true) {
      if (fault.atByte !== undefined) await readBytes(request, fault.atByte);
      throw failure;
    }
    if (fault?.kind === 'answer' && fault.after !== true) return foreignAnswer(fault);
    if (!('route' in found)) throw unknownRoute(call, found.allowed);
    const answer = await found.route.answer(call);
    if (failure) throw failure;
    switch (fault?.kind) {
      case 'answer':
        return foreignAnswer(fault);
      case 'headers':
        return { ...answer, headers: { ...answer.headers, ...fault.headers } };
      case 'expire':
        endGiven(org, answer);
        return answer;
      case 'error':
      case 'cut':
      case undefined:
        return answer;
    }
  } catch (error) {
    return errorAnswer(org, error, fault);
  }
}

function foreignAnswer({ status, body = '', headers = {} }: Extract<RequestFault, { kind: 'answer' }>): Answer {
  const type = body.startsWith('<') ? 'text/html;charset=UTF-8' : 'application/json;charset=UTF-8';
  return { status, headers: { 'Content-Type': type, ...headers }, bytes: Buffer.from(body) };
}

/** Ends the session that a token answer gives. */
function endGiven(org: Org, { json }: Answer): void {
  const { access_token: token } = (json ?? {}) as { access_token?: unknown };
  if (typeof token === 'string') org.sessions.revoke(token);
}

function faultError(fault: Extract<RequestFault, { kind: 'error' }>): ApiError {
  const code = fault.code ?? faultCode(fault.status);
  return new ApiError(fault.status, code, fault.message ?? 'A fault of the stand-in org, as its rules ask for.');
}

function unknownRoute(call: Call, allowed: readonly string[]): ApiError {
  if (allowed.length > 0) {
    return new ApiError(
      405,
      'METHOD_NOT_ALLOWED',
      `HTTP Method '${call.method}' not allowed. Allowed are ${allowed.join(',')}`,
    );
  }
  if (/^\/services\/(Soap|async|apexrest)\b/i.test(call.url.pathname)) return notImplemented(call.url.pathname);
  return new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

function errorAnswer(org: Org, error: unknown, fault: RequestFault | undefined): Answer {
  if (!(error instanceof ApiError)) {
    org.warn(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return { status: 500, json: [{ errorCode: 'UNKNOWN_EXCEPTION', message: 'An unexpected error occurred.' }] };
  }
  const retryAfter =
    fault?.kind === 'error' && fault.retryAfter !== undefined ? { 'Retry-After': String(fault.retryAfter) } : {};
  const challenge = error.status === 401 ? { 'WWW-Authenticate': 'Token' } : {};
  return { status: error.status, headers: { ...retryAfter, ...challenge }, json: [errorBody(error)] };
}

function callOf(
  org: Org,
  request: IncomingMessage,
  { method, url, params }: Pick<Call, 'method' | 'url' | 'params'>,
): Call {
  const upload = (): Readable =>
    request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  let read: Promise<Buffer> | undefined;
  const body = (): Promise<Buffer> => (read ??= readAll(upload()));
  return {
    org,
    method,
    url,
    params,
    headers: request.headers,
    version: Number(params.version ?? 0),
    body,
    json: async () => parseJson(await body()),
    upload,
  };
}
