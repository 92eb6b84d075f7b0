import {
  parseFileLink,
  parseS3Link,
  pointsAtRedirect,
  s3Link,
  type DocumentId,
  type ObjectKey,
  type S3Place,
} from '@file-migration/config/contract';

/** What tells our own links from sources: plain data, so that it can cross into the worker thread. */
export type OurLinks = {
  /** The redirect service's present base URL and all former ones. */
  readonly baseUrls: readonly string[];
  /** Set when links may be plain URLs of the target bucket (`link.style: "s3"`). */
  readonly s3?: { readonly place: S3Place; readonly prefix: string };
};

/** The document that our link opens; `broken` for one of our addresses that opens none; undefined for other URLs. */
export type ParseOurLink = (url: string) => DocumentId | 'broken' | undefined;

const plainOrigin = /^https?:\/\/[a-z0-9.-]+\//;
const mostOrigins = 1_000;

/**
 * Makes the parser that discovery asks for every URL. Nearly all URLs share a few hosts that are not ours, so a host is
 * looked at once; only hosts without any escape, capital or user part are remembered, because those alone are read the
 * same by everybody.
 */
export function ourLinkParser({ baseUrls, s3 }: OurLinks): ParseOurLink {
  const bases = s3 === undefined ? baseUrls : [...baseUrls, s3Link(s3.place, 'any' as ObjectKey)];
  const hosts = new Set(bases.map((base) => new URL(base).host));
  const foreign = new Set<string>();
  return (url) => {
    const origin = plainOrigin.exec(url)?.[0];
    if (origin !== undefined && foreign.has(origin)) return undefined;
    const id = parseFileLink(baseUrls, url);
    if (id !== undefined) return id;
    if (pointsAtRedirect(baseUrls, url)) return 'broken';
    const host = origin === undefined ? undefined : URL.parse(origin)?.host;
    if (origin !== undefined && host !== undefined && !hosts.has(host) && foreign.size < mostOrigins)
      foreign.add(origin);
    return s3 === undefined ? undefined : parseS3Link(s3.place, s3.prefix, url)?.recordId;
  };
}
