import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createFaults, type FaultRule, type Faults } from '../faults/faults.ts';
import { errorPage, json, problem, refusal, send, type Answer } from './answer.ts';
import { createRateLimit } from './rate-limit.ts';
import { namesRecord } from './request-body.ts';
import { createSourceStore, type SourceStoreOptions } from './source-store.ts';
import type { VendorFault } from './vendor-fault.ts';

export type VendorApiOptions = {
  /** Default 0: any free port. */
  readonly port?: number;
  readonly store: SourceStoreOptions;
  /** The bearer token that callers must bring. Default: a new one. */
  readonly token?: string;
  /** Life of a URL in seconds. Default 300. */
  readonly expiresInSeconds?: number;
  /** Beyond so many requests a second: 429. Default: no limit. */
  readonly requestsPerSecond?: number;
  readonly faults?: readonly FaultRule<VendorFault>[];
  readonly seed?: number;
  /** Told one line for each request that this API does not know, and when the store fails. Default: stderr. */
  readonly complain?: (line: string) => void;
};

export type VendorRequest = {
  readonly method: string;
  readonly path: string;
  /** The answer's status; 0 when the connection was cut. */
  readonly status: number;
};

export type VendorApi = {
  readonly url: string;
  readonly token: string;
  /** The newest 10,000, oldest first. */
  readonly requests: readonly VendorRequest[];
  /** Rules from now on; counts start anew. */
  setFaults(rules: readonly FaultRule<VendorFault>[], seed?: number): void;
  close(): Promise<void>;
};

const ROUTE = /^\/api\/generate\/presigned-url\/([^/]+)$/;
const ERROR_PAGE_PATH = '/error-page';
const KEPT_REQUESTS = 10_000;

/** Starts the vendor's presigned-URL API on loopback. Throws when the port is taken. */
export async function startVendorApi(options: VendorApiOptions): Promise<VendorApi> {
  const token = options.token ?? randomBytes(24).toString('base64url');
  const store = createSourceStore(options.store);
  const complain = options.complain ?? ((line) => void process.stderr.write(`${line}\n`));
  const expiresIn = options.expiresInSeconds ?? 300;
  const limit = options.requestsPerSecond;
  const rate = limit === undefined ? undefined : createRateLimit(limit, () => performance.now());
  const requests: VendorRequest[] = [];
  let faults: Faults<VendorFault> = createFaults(options.faults ?? [], options.seed);
  let url = '';

  const presign = async (identifier: string, fault: VendorFault | undefined): Promise<Answer> => {
    if (fault?.kind === 'html-file') return json(200, { data: { url: url + ERROR_PAGE_PATH } });
    if (fault?.kind === 'wrong-shape') return json(200, { result: { href: null } });
    if (!(await store.has(identifier))) return problem(404, 'No document has this identifier.');
    const signedAt = new Date(Date.now() - (fault?.kind === 'expired-url' ? (expiresIn + 60) * 1000 : 0));
    return json(200, { data: { url: await store.presign(identifier, expiresIn, signedAt) } });
  };

  const answer = async (request: IncomingMessage): Promise<Answer | 'cut'> => {
    const { pathname } = new URL(request.url ?? '/', 'http://vendor');
    if (pathname === ERROR_PAGE_PATH && request.method === 'GET') return errorPage();
    const identifier = ROUTE.exec(pathname)?.[1];
    if (identifier === undefined) {
      complain(`vendor API stand-in: ${request.method ?? '?'} ${pathname} is not part of it: 404`);
      return problem(404, 'This stand-in knows POST /api/generate/presigned-url/{identifier} only.');
    }
    if (request.method !== 'POST') {
      complain(`vendor API stand-in: ${request.method ?? '?'} ${pathname} is not part of it: 501`);
      return problem(501, 'This stand-in answers POST only.');
    }
    const named = await namesRecord(request);
    if (!isBearer(request.headers.authorization, token)) return problem(401, 'The bearer token is missing or wrong.');
    const wait = rate?.take() ?? 0;
    if (wait > 0) return refusal(429, Math.max(1, wait));
    if (!named) return problem(400, 'The body must be a JSON object with the id of the record.');
    const decoded = decodeSegment(identifier);
    if (decoded === undefined) return problem(400, 'The identifier is not well encoded.');

    const fault = faults.pick({ operation: 'presign', resource: decoded });
    if (fault?.kind === 'cut') return 'cut';
    if (fault?.kind === 'html-answer') return errorPage();
    if (fault?.kind === 'status') return refusal(fault.status, fault.retryAfterSeconds);
    if (fault?.kind === 'latency') await delay(fault.milliseconds);
    return presign(decoded, fault);
  };

  const server = createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => {
        complain(`vendor API stand-in: ${error instanceof Error ? error.message : String(error)}: 502`);
        return problem(502, 'The document store does not answer.');
      })
      .then((given) => {
        const status = given === 'cut' ? 0 : given.status;
        if (requests.length >= KEPT_REQUESTS) requests.shift();
        requests.push({ method: request.method ?? '', path: request.url ?? '', status });
        if (given === 'cut') request.socket.destroy();
        else send(response, given);
      }, complain);
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    token,
    requests,
    setFaults(rules, seed) {
      faults = createFaults(rules, seed);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      store.close();
    },
  };
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
