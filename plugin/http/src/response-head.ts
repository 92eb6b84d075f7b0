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
  let end = endOfLine(text, 0);
  const [, minor, code] = STATUS_LINE.exec(text.slice(0, end)) ?? [];
  if (code === undefined) throw malformed('its first line is no status');
  const headers = Object.create(null) as Headers;
  while (end < text.length) {
    const start = end + LINE_BREAK.length;
    end = endOfLine(text, start);
    addHeader(headers, text, start, end);
  }
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

const LINE_BREAK = '\r\n';

function endOfLine(text: string, start: number): number {
  const end = text.indexOf(LINE_BREAK, start);
  return end < 0 ? text.length : end;
}

function addHeader(headers: Headers, text: string, start: number, end: number): void {
  const colon = text.indexOf(':', start);
  if (colon < 0 || colon > end) throw malformed('one of its headers has no name');
  const written = text.slice(start, colon);
  // metadata that somebody stored under a name that is none; it says nothing about where the answer ends
  if (ODD_METADATA.test(written)) return;
  const name = nameOf(written);
  const value = text.slice(colon + 1, end).trim();
  const known = headers[name];
  if (known === undefined) headers[name] = value;
  else if (Array.isArray(known)) known.push(value);
  else headers[name] = [known, value];
}

/** The mark of S3's metadata, and a character somewhere behind it that no header's name has, but no white space. */
const ODD_METADATA = /^x-amz-meta-(?=[^\s:]*[^\w!#$%&'*+.^`|~\s:-])[^\s:]+$/i;

/** Names as they were written, in lower case: a server uses the same few again and again. */
const names = new Map<string, string>();
const MOST_NAMES = 500;

function nameOf(written: string): string {
  const known = names.get(written);
  if (known !== undefined) return known;
  const name = written.toLowerCase();
  // A line that begins with a space would go on with the header above, which nobody may send any more.
  if (!HEADER_NAME.test(name)) throw malformed('one of its headers has no name');
  if (names.size < MOST_NAMES) names.set(written, name);
  return name;
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
