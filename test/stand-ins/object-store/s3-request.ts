import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { S3Error } from './s3-error.ts';

/** A request taken apart: what it is about, before anything is known about whether it may. */
export type S3Request = {
  readonly method: string;
  /** The path as it was sent, percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: Query;
  readonly headers: IncomingHttpHeaders;
  readonly bucket: string;
  readonly key: string;
  readonly incoming: IncomingMessage;
};

export type Query = ReadonlyMap<string, string>;

const amazonHost = /^(?:(?<bucket>.+)\.)?s3[.-](?:dualstack\.)?(?:[a-z0-9-]+\.)?amazonaws\.com$/u;
const localHost = /^(?:(?<bucket>.+)\.)?localhost$/u;

/** Reads method, bucket, key and query; both path style and virtual-host style. Throws InvalidURI. */
export function readRequest(incoming: IncomingMessage): S3Request {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? new Map<string, string>() : readQuery(url.slice(mark + 1));
  if (!rawPath.startsWith('/')) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  const path = decodePart(rawPath.slice(1));
  const hostBucket = bucketOfHost(incoming.headers.host ?? '');
  const slash = path.indexOf('/');
  const pathBucket = slash < 0 ? path : path.slice(0, slash);
  const pathKey = slash < 0 ? '' : path.slice(slash + 1);
  return {
    method: incoming.method ?? 'GET',
    rawPath,
    query,
    headers: incoming.headers,
    bucket: hostBucket ?? pathBucket,
    key: hostBucket === undefined ? pathKey : path,
    incoming,
  };
}

function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/u, '');
  return (amazonHost.exec(name) ?? localHost.exec(name))?.groups?.bucket;
}

function readQuery(text: string): Query {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeQueryPart(equals < 0 ? pair : pair.slice(0, equals));
    if (!query.has(name)) query.set(name, equals < 0 ? '' : decodeQueryPart(pair.slice(equals + 1)));
  }
  return query;
}

const decodeQueryPart = (part: string): string => decodePart(part.replaceAll('+', '%20'));

/** Percent-decodes a key or bucket name; throws InvalidURI for what is no UTF-8. */
export function decodePart(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** Percent-encodes as SigV4 demands: everything but the unreserved characters of RFC 3986. */
export function encodePart(part: string): string {
  if (/^[\w.~-]*$/u.test(part)) return part;
  return encodeURIComponent(part).replace(/[!'()*]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** One header's value; several of the same name count as one, joined by commas. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
