import { encodeKey, isBucketLabel } from '@file-migration/config';
import { Failure } from '../../model/failure.ts';
import { parseAmazonHost } from './amazon-host.ts';
import { endpointOrigin } from './endpoint-origin.ts';
import { isLoopbackHost, isPrivateHost } from './private-address.ts';
import type { MappedHost } from '../storage-options.ts';

/** Where a document's URL points. */
export type SourceLocation = S3Location | WebLocation;

export type S3Location = {
  readonly kind: 's3';
  /** As the URL had it, lower case, with its port if any: decisions about methods are remembered by it. */
  readonly host: string;
  readonly bucket: string;
  /** The likeliest reading of the URL. */
  readonly key: string;
  /** Other readings, tried in this order where there is surely nothing under the one before. */
  readonly otherKeys: readonly string[];
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
  /** The same for the other keys. */
  readonly otherUrls: readonly string[];
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
  return s3Location(parsed, url.trim(), mapped, amazon ?? { bucket: undefined, region: undefined });
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
  text: string,
  mapped: MappedHost | undefined,
  amazon: { readonly bucket: string | undefined; readonly region: string | undefined },
): S3Location {
  const path = url.pathname.slice(1);
  const named = mapped?.bucket ?? amazon.bucket;
  const bucket = named ?? decode(firstFolder(path));
  const inPath = named === undefined;
  const keys = keyReadings(inPath ? belowFirstFolder(path) : path, literalPath(url, text, inPath));
  const [first, ...others] = keys;
  if (first === undefined) throw unparseable('it names no file');
  if (!BUCKET.test(bucket)) throw unparseable('it names no bucket');
  const versionId = url.search === '' ? undefined : (url.searchParams.get('versionId') ?? undefined);
  const endpoint = mapped?.endpoint === undefined ? undefined : endpointOrigin(mapped.endpoint);
  const pathStyle = mapped?.pathStyle ?? (endpoint !== undefined || !isBucketLabel(bucket));
  const folder = inPath || (endpoint !== undefined && pathStyle) ? bucket : undefined;
  const urlOf = ({ path: keyPath }: KeyReading): string =>
    unsignedUrl(endpoint ?? `https://${url.host}`, { folder, path: keyPath, versionId });
  return {
    kind: 's3',
    host: url.host,
    bucket,
    key: first.key,
    otherKeys: others.map(({ key }) => key),
    versionId,
    region: mapped?.region ?? amazon.region,
    endpoint,
    pathStyle,
    mapped,
    url: urlOf(first),
    otherUrls: others.map(urlOf),
  };
}

const firstFolder = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : path);
const belowFirstFolder = (path: string): string => (path.includes('/') ? path.slice(path.indexOf('/') + 1) : '');

/** A key that a URL may mean, and the path that asks for it. */
type KeyReading = { readonly key: string; readonly path: string };

/**
 * The keys that a URL may mean, the likeliest first, each once. As S3 decodes a path, a plus sign is a space: users' links
 * open that; but some systems write URLs that never worked in a browser, with plus signs meant as such, or with `#`, `?`
 * and `\` left as they were in the file's name.
 * @param parsed the path of the URL as browsers read it, without the bucket
 * @param literal what the text of the URL says, where that differs
 */
function keyReadings(parsed: string, literal: Literal | undefined): KeyReading[] {
  const asParsed = plusReadings(parsed);
  // what a browser would take for a fragment or a query stands literally in the path that asks for it
  const asWritten = literal === undefined ? [] : plusReadings(encodeLiterally(literal.path));
  const readings = literal?.isLikelier === true ? [...asWritten, ...asParsed] : [...asParsed, ...asWritten];
  return readings.filter(({ key }, index) => readings.findIndex((one) => one.key === key) === index);
}

/** None for a path that names no file: a key that ends in a slash is a folder's marker, an empty one the bucket itself. */
function plusReadings(path: string): KeyReading[] {
  if (path === '' || path.endsWith('/')) return [];
  if (!path.includes('+')) return [{ key: decode(path), path }];
  return [
    { key: decode(path.replaceAll('+', ' ')), path },
    { key: decode(path), path: path.replaceAll('+', '%2B') },
  ];
}

type Literal = { readonly path: string; readonly isLikelier: boolean };

/** The path as the text has it, without the bucket, where it holds what the URL's grammar takes for something else. */
function literalPath(url: URL, text: string, bucketInPath: boolean): Literal | undefined {
  if (!/[#?\\]/.test(text)) return undefined;
  const written = /^https?:\/\/[^/?#\\]*[/\\](.*)$/is.exec(text)?.[1];
  if (written === undefined || isQueryOfS3(url.search)) return undefined;
  if (PDF_FRAGMENT.test(url.hash)) return undefined;
  const path = bucketInPath ? belowFirstFolder(written) : written;
  // `name=value` may be a parameter that some program added; anything else was hardly meant as a query
  const isParameter = url.hash === '' && !text.includes('\\') && /^\?[\w.-]+=/.test(url.search);
  return { path, isLikelier: !isParameter };
}

/** Parameters of S3's own, a version or a signature: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
function isQueryOfS3(search: string): boolean {
  return /[?&](?:versionId|partNumber|response-[a-z-]+|x-amz-[\w-]+|x-id|AWSAccessKeyId|Signature|Expires)=/i.test(
    search,
  );
}

/** What tells a viewer where to open a PDF ("PDF Open Parameters"). */
const PDF_FRAGMENT =
  /^#(?:page|nameddest|zoom|view|viewrect|search|toolbar|navpanes|statusbar|scrollbar|messages|pagemode|highlight|comment|collab|fdf)=/i;

const encodeLiterally = (path: string): string =>
  path.replace(/[#?\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Virtual-host URLs hold the key alone; in path style the bucket goes in front. */
function unsignedUrl(
  origin: string,
  {
    folder: bucketInPath,
    path,
    versionId,
  }: { readonly folder: string | undefined; readonly path: string; readonly versionId: string | undefined },
): string {
  const query = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  const folder = bucketInPath === undefined ? '' : `${encodeKey(bucketInPath)}/`;
  return `${origin}/${folder}${path}${query}`;
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
