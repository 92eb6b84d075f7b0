import { Failure } from '../../model/failure.ts';
import { retryAfter } from '../../model/retry-after.ts';
import type { CopyRequest } from '../copy-result.ts';
import { limitedExchange } from '../exchange/limited-exchange.ts';
import { networkFailure } from '../exchange/network-failure.ts';
import { openUrl, type WebReading } from './https-reader.ts';
import type { SourceReader } from './reader.ts';
import type { VendorApiOptions } from '../storage-options.ts';

const LONGEST_ANSWER = 1024 * 1024;
const DEFAULT_PAUSE_MS = 30_000;

/** Asks a vendor's API for a presigned URL and reads that. */
export function vendorApiSourceReader(api: VendorApiOptions, web: WebReading): SourceReader {
  return {
    method: 'vendor-api',
    can: { conditionalReads: false, versions: false, checksums: false },
    appliesTo: (_location, { externalId }) => externalId !== undefined || !needsExternalId(api),
    async open(_location, request, lane, signal) {
      const url = await presignedUrl(api, web, request, signal);
      return await openUrl(web, url, lane, signal);
    },
  };
}

async function presignedUrl(
  api: VendorApiOptions,
  web: WebReading,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<string> {
  const url = new URL(filled(api.url, request, encodeURIComponent));
  const body = api.body === undefined ? undefined : Buffer.from(JSON.stringify(filledDeep(api.body, request)));
  const answer = await limitedExchange(
    { ...web.connection, pool: web.pools.source },
    () => ({
      origin: url.origin,
      method: api.method,
      path: url.pathname + url.search,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...lowerCase(api.headers),
      },
      body,
      headersTimeoutMs: api.timeoutMs,
    }),
    'small',
    signal,
  );
  let text: string;
  try {
    text = (await answer.body.bytes(LONGEST_ANSWER)).toString();
  } catch (error) {
    answer.release('failed', 0);
    throw networkFailure('source', url.host, error);
  }
  answer.release(answer.status === 429 || answer.status === 503 ? 'slow-down' : 'done', 0);
  if (answer.status >= 300) throw refused(answer.status, retryAfter(answer.headers['retry-after']));
  return urlAt(text, api.urlPointer);
}

/** The answer's body is not shown: it may hold what only the vendor should read. */
function refused(status: number, retryAfterMs: number | undefined): Failure {
  const message = `The vendor’s API answered with HTTP ${status}.`;
  if (status === 429) {
    return new Failure(message, {
      code: 'vendor-api-rate-limit',
      retryAfterMs: retryAfterMs ?? DEFAULT_PAUSE_MS,
    });
  }
  if (status === 401) {
    return new Failure(message, {
      code: 'vendor-api-bad-credentials',
      actions: ['Check source.vendorApi.headers in migration.json and the variables it names.'],
    });
  }
  if (status === 403) return new Failure(message, { code: 'source-denied' });
  if (status === 404 || status === 410) {
    // Not "missing": the API does not know the id, which says nothing about the file.
    return new Failure(message, { code: 'vendor-api-unknown-document' });
  }
  const failureClass = status === 408 || status >= 500 ? 'retry' : 'skip';
  return new Failure(message, {
    code: status === 503 ? 'source-slow-down' : 'vendor-api-error',
    failureClass,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function urlAt(text: string, pointer: string): string {
  const found = pointed(parsed(text), pointer);
  if (typeof found === 'string' && URL.canParse(found)) return found;
  throw new Failure(`The answer of the vendor’s API holds no URL at ${pointer}.`, {
    code: 'vendor-api-no-url',
    actions: ['Check source.vendorApi.urlPointer in migration.json.'],
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 6901. */
function pointed(json: unknown, pointer: string): unknown {
  let node = json;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined;
    node = (node as Record<string, unknown>)[name];
  }
  return node;
}

function needsExternalId({ url, body }: VendorApiOptions): boolean {
  return url.includes('{externalId}') || JSON.stringify(body ?? null).includes('{externalId}');
}

function filled(template: string, request: CopyRequest, encode: (text: string) => string): string {
  return template.replace(/\{(recordId|externalId)\}/g, (_match, name: string) =>
    encode(name === 'recordId' ? request.document : (request.externalId ?? '')),
  );
}

function filledDeep(value: unknown, request: CopyRequest): unknown {
  if (typeof value === 'string') return filled(value, request, String);
  if (Array.isArray(value)) return value.map((item) => filledDeep(item, request));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filledDeep(item, request)]));
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
