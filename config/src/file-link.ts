import { amazonS3Endpoint, isBucketLabel } from './aws-partition.ts';
import { encodeKey, keyOwner, type ObjectKey } from './key-layout.ts';
import { parseSalesforceId, type DocumentId } from './salesforce-id.ts';

/** Where the plain S3 URLs of the target bucket point; without endpoint: Amazon S3 in that region. */
export type S3Place = {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  /** Default: with an endpoint, and for a bucket whose name is no DNS label. */
  readonly pathStyle?: boolean | undefined;
};

/** The link we write on a document: `https://files.example.com/d/{recordId}`. */
export function fileLink(baseUrl: string, id: DocumentId): string {
  return new URL(`d/${id}`, asFolder(baseUrl)).href;
}

/**
 * The document that one of our links opens, or undefined when the URL is none of ours. A link that was mailed around is
 * still ours: the host's case, http for https, a query, a fragment, a slash at the end and the id's 15-character form
 * make no difference. Case matters in the path.
 * @param baseUrls the present base URL and all former ones
 */
export function parseFileLink(baseUrls: readonly string[], url: string): DocumentId | undefined {
  const rest = pathBelow(baseUrls, url);
  const id = rest === undefined ? undefined : /^d\/([0-9A-Za-z]{15,18})\/?$/.exec(rest)?.[1];
  return id === undefined ? undefined : (parseSalesforceId(id) as DocumentId | undefined);
}

/**
 * Says whether a URL points at the redirect service at all, be it a sound link or a broken one: such a URL is never
 * the source of a file.
 */
export function pointsAtRedirect(baseUrls: readonly string[], url: string): boolean {
  return pathBelow(baseUrls, url) !== undefined;
}

/** The link of `link.style: "s3"`: the object's plain URL, which opens without signature only. */
export function s3Link(place: S3Place, key: ObjectKey): string {
  return s3Base(place) + encodeKey(key);
}

/** The key that a plain URL written by {@link s3Link} holds, when its last folder is a record id; else undefined. */
export function parseS3Link(
  place: S3Place,
  prefix: string,
  url: string,
): { readonly recordId: DocumentId; readonly key: ObjectKey } | undefined {
  const rest = pathBelow([s3Base(place)], url);
  const key = rest === undefined ? undefined : decoded(rest);
  const recordId = key === undefined ? undefined : keyOwner(key, prefix);
  return recordId === undefined ? undefined : { recordId, key: key as ObjectKey };
}

function s3Base({
  bucket,
  region,
  endpoint,
  pathStyle = endpoint !== undefined || !isBucketLabel(bucket),
}: S3Place): string {
  const base = new URL(endpoint ?? amazonS3Endpoint(region));
  if (!pathStyle) base.host = `${bucket}.${base.host}`;
  return asFolder(new URL(pathStyle ? `${bucket}/` : '', asFolder(base.href)).href);
}

/** The path of a URL below the first of the base URLs that it lies under. */
function pathBelow(baseUrls: readonly string[], url: string): string | undefined {
  const given = URL.parse(url.trim());
  if (given === null) return undefined;
  for (const baseUrl of baseUrls) {
    const base = new URL(asFolder(baseUrl));
    if (sameHost(base, given) && given.pathname.startsWith(base.pathname)) {
      return given.pathname.slice(base.pathname.length);
    }
  }
  return undefined;
}

/** The URL parser lower-cases hosts and drops default ports; http and https of one host are the same service. */
function sameHost(base: URL, given: URL): boolean {
  return (given.protocol === 'https:' || given.protocol === 'http:') && given.host === base.host;
}

function asFolder(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
