import type { IncomingHttpHeaders } from 'node:http';
import { malformed } from './http-error.ts';
import { HEADER_NAME } from './messages.ts';

/** How the end of a body is told: https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
export type Framing =
  { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' } | { readonly kind: 'until-close' };

export type ResponseHead = {
  readonly status: number;
  /** Names in lower case, without prototype; a header that comes twice is a list. */
  readonly headers: IncomingHttpHeaders;
  readonly framing: Framing;
  /** Whether the connection may be used again afterwards. */
  readonly keepsOpen: boolean;
};

/** Longer heads are refused; S3 allows 2 KB of metadata, Node 16 KiB in all. */
export const LONGEST_HEAD = 64 * 1024;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: .*)?$/;
/** Control characters, and line breaks that are only half of one. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;

/**
 * Reads the head of an answer.
 * @param text everything before the empty line, one character a byte
 * @param bodiless the request was one whose answer has no body (HEAD)
 * @throws HttpError `malformed-answer`, above all where two readers could see two different ends
 */
export function parseResponseHead(text: string, bodiless: boolean): ResponseHead {
  if (FORBIDDEN.test(text)) throw malformed('its head holds control characters');
  const lines = text.split('\r\n');
  const [, minor, code] = STATUS_LINE.exec(lines[0] ?? '') ?? [];
  if (code === undefined) throw malformed('its first line is no status');
  const headers = Object.create(null) as Headers;
  for (let nth = 1; nth < lines.length; nth++) addHeader(headers, lines[nth] ?? '');
  const status = Number(code);
  const framing =
    bodiless || status < 200 || status === 204 || status === 304 ? EMPTY : framingOf(headers, minor === '1');
  const connection = combined(headers.connection).toLowerCase();
  const keepsOpen = minor === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  return { status, headers, framing, keepsOpen: keepsOpen && framing.kind !== 'until-close' };
}

/** Any header may come twice. */
type Headers = Record<string, string | string[] | undefined>;

function combined(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

const EMPTY: Framing = { kind: 'length', bytes: 0 };

function addHeader(headers: Headers, line: string): void {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).toLowerCase();
  // A line that begins with a space would go on with the header above, which nobody may send any more.
  if (!HEADER_NAME.test(name)) throw malformed('one of its headers has no name');
  const value = line.slice(colon + 1).trim();
  const known = headers[name];
  if (known === undefined) headers[name] = value;
  else if (Array.isArray(known)) known.push(value);
  else headers[name] = [known, value];
}

function framingOf(headers: Headers, chunkable: boolean): Framing {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (encoding !== undefined) {
    // With both, or with an encoding that not everybody knows, two readers see two different ends.
    if (length !== undefined || !chunkable || combined(encoding).toLowerCase() !== 'chunked')
      throw malformed('it says in more than one way where it ends');
    return { kind: 'chunked' };
  }
  if (length === undefined) return { kind: 'until-close' };
  const bytes = /^\d{1,15}$/.test(combined(length)) ? Number(length) : undefined;
  if (bytes === undefined) throw malformed('its Content-Length is no number');
  return { kind: 'length', bytes };
}
