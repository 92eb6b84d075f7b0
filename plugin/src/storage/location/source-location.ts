import { encodeKey } from '@file-migration/config';
import { Failure } from '../../model/failure.ts';
import { parseAmazonHost } from './amazon-host.ts';
import { endpointOrigin } from './endpoint-origin.ts';
import { isLoopbackHost, isPrivateHost } from './private-address.ts';
import type { MappedHost } from '../storage-options.ts';

/** Where a document's URL points. */
export type SourceLocation = S3Location | WebLocation;

export type S3Location = {
  readonly kind: 's3';
  /** As the URL had it, lower case, with its port if any: decisions about ways are remembered by it. */
  readonly host: string;
  readonly bucket: string;
  /** Decoded as S3 itself would: a plus sign in a path is a space. */
  readonly key: string;
  /** The key with its plus signs kept, where that differs: tried when there is nothing under `key`. */
  readonly keyWithPlus: string | undefined;
  readonly versionId: string | undefined;
  /** Undefined when neither the URL nor the config tells. */
  readonly region: string | undefined;
  /** Undefined: Amazon S3. */
  readonly endpoint: string | undefined;
  readonly pathStyle: boolean;
  /** What the config says about the host, if anything. */
  readonly mapped: MappedHost | undefined;
  /** The URL to read without signature; signatures that somebody once left in it are gone. */
  readonly url: string;
};

export type WebLocation = {
  readonly kind: 'web';
  readonly host: string;
  readonly mapped: MappedHost | undefined;
  readonly url: string;
};

/**
 * Reads where a document's URL points.
 * @param hosts what hosts stand for, by `host` or `host:port` in lower case
 * @throws Failure of class `skip`: `unparseable-url` (no http(s) URL, or one that names no file), `forbidden-address`
 * (a private address that nobody configured), `insecure-url` (plain http to another machine's web server)
 */
export function parseSourceLocation(url: string, hosts: Readonly<Record<string, MappedHost>> = {}): SourceLocation {
  const parsed = URL.parse(url.trim());
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw unparseable('it is not an http or https URL');
  if (parsed.username !== '' || parsed.password !== '') throw unparseable('it holds a user name or password');
  const mapped = Object.hasOwn(hosts, parsed.host) ? hosts[parsed.host] : hosts[parsed.hostname];
  const amazon = parseAmazonHost(parsed.hostname);
  if (mapped?.s3 === false || (amazon === undefined && mapped === undefined)) return webLocation(parsed, mapped);
  return s3Location(parsed, mapped, amazon ?? { bucket: undefined, region: undefined });
}

function webLocation(url: URL, mapped: MappedHost | undefined): WebLocation {
  if (mapped?.endpoint !== undefined) {
    return { kind: 'web', host: url.host, mapped, url: endpointOrigin(mapped.endpoint) + url.pathname + url.search };
  }
  if (mapped === undefined) refuseForbidden(url);
  url.hash = '';
  return { kind: 'web', host: url.host, mapped, url: url.href };
}

/** @throws Failure of class `skip` unless an address from outside may be read: https, and no private address. */
export function refuseForbidden(url: URL): void {
  if (isPrivateHost(url.hostname)) {
    throw new Failure(`The URL points at a private address (${url.host}), which only a configured host may do.`, {
      code: 'forbidden-address',
      actions: [`Add "${url.host}" to source.hosts in migration.json if that is what you want.`],
    });
  }
  if (url.protocol === 'http:') {
    throw new Failure(`The URL asks for plain http to ${url.host}; only https is read.`, {
      code: 'insecure-url',
      actions: [`Add "${url.host}" with an https endpoint to source.hosts in migration.json.`],
    });
  }
}

function s3Location(
  url: URL,
  mapped: MappedHost | undefined,
  amazon: { readonly bucket: string | undefined; readonly region: string | undefined },
): S3Location {
  const path = url.pathname.slice(1);
  let rawKey = path;
  let bucket = mapped?.bucket ?? amazon.bucket;
  if (bucket === undefined) {
    const slash = path.indexOf('/');
    bucket = decode(slash < 0 ? path : path.slice(0, slash));
    rawKey = slash < 0 ? '' : path.slice(slash + 1);
  }
  // A key that ends in a slash is a folder's marker, not a file; an empty one would be the bucket itself.
  if (rawKey === '' || rawKey.endsWith('/')) throw unparseable('it names no file');
  if (!BUCKET.test(bucket)) throw unparseable('it names no bucket');
  const keyWithPlus = decode(rawKey);
  const key = rawKey.includes('+') ? decode(rawKey.replaceAll('+', ' ')) : keyWithPlus;
  const versionId = url.search === '' ? undefined : (url.searchParams.get('versionId') ?? undefined);
  const endpoint = mapped?.endpoint === undefined ? undefined : endpointOrigin(mapped.endpoint);
  const pathStyle = mapped?.pathStyle ?? (endpoint !== undefined || bucket.includes('.'));
  return {
    kind: 's3',
    host: url.host,
    bucket,
    key,
    keyWithPlus: keyWithPlus === key ? undefined : keyWithPlus,
    versionId,
    region: mapped?.region ?? amazon.region,
    endpoint,
    pathStyle,
    mapped,
    url: unsignedUrl(url, endpoint, endpoint !== undefined && pathStyle ? bucket : undefined, rawKey, versionId),
  };
}

/** Virtual-host URLs keep their path; behind a path-style endpoint the bucket goes in front. */
function unsignedUrl(
  url: URL,
  endpoint: string | undefined,
  bucketInPath: string | undefined,
  rawKey: string,
  versionId: string | undefined,
): string {
  const query = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  if (endpoint === undefined) return `https://${url.host}${url.pathname}${query}`;
  const folder = bucketInPath === undefined ? '' : `${encodeKey(bucketInPath)}/`;
  return `${endpoint}/${folder}${rawKey}${query}`;
}

/** A percent sign that starts no escape stands for itself; escapes that are no UTF-8 cannot be a key. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text.replace(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    throw unparseable('its path is not percent-encoded UTF-8');
  }
}

/** Old buckets in us-east-1 may have capitals, underscores and up to 255 characters. */
const BUCKET = /^[A-Za-z0-9._-]{3,255}$/;

function unparseable(why: string): Failure {
  return new Failure(`The URL cannot be used: ${why}.`, { code: 'unparseable-url' });
}

/** Says whether a configured endpoint may be used: https, or plain http to this machine. */
export function isUsableEndpoint(endpoint: string): boolean {
  const url = URL.parse(endpoint);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
}
