import { Failure } from '../../model/failure.ts';
import { retryAfter } from '../../model/retry-after.ts';
import type { Lane } from '../limits/adaptive-limit.ts';
import { entityTagOfHeaders } from '../evidence/entity-tag.ts';
import type { HttpPools } from '../exchange/pools.ts';
import {
  limitedExchange,
  requireProvableEnd,
  type LimitedAnswer,
  type SideConnection,
} from '../exchange/limited-exchange.ts';
import { partSizeCandidates } from '../evidence/multipart-etag.ts';
import { checksumOfHeaders } from '../evidence/object-checksum.ts';
import { s3Failure } from '../s3/failure.ts';
import { refuseForbidden } from '../location/source-location.ts';
import { firstThere } from './first-there.ts';
import type { OpenedSource, SourceReader } from './reader.ts';
import { dateOf } from '../s3/stored-object.ts';

const MOST_REDIRECTS = 5;

/** How URLs from documents and answers are read without signature. */
export type WebReading = {
  readonly pools: HttpPools;
  readonly connection: Omit<SideConnection, 'pool'>;
  /** Hosts that may be private or plain http because somebody configured them. */
  readonly trusts: (host: string) => boolean;
};

/** Reads sources by an ordinary HTTPS GET of their URL. */
export function httpsSourceReader(web: WebReading): SourceReader {
  return {
    method: 'https',
    can: { conditionalReads: false, versions: true, checksums: false },
    appliesTo: () => true,
    async open(location, _request, lane, signal) {
      const others = location.kind === 's3' ? location.otherUrls : [];
      return await firstThere([location.url, ...others], (url) => openUrl(web, url, lane, signal));
    },
  };
}

/**
 * Opens a URL, following a few redirects, each of which must be as acceptable as the first address.
 * @throws Failure; `source-length-unknown` when a cut connection would look like the end of the file
 */
export async function openUrl(web: WebReading, url: string, lane: Lane, signal: AbortSignal): Promise<OpenedSource> {
  let current = new URL(url);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const answer = await get(web, current, lane, signal);
    if (answer.status === 200) return opened(answer);
    const next = redirectTarget(answer, current);
    if (next === undefined) throw await refused(answer);
    answer.body.cancel();
    current = next;
  }
  throw new Failure(`The URL redirects more than ${MOST_REDIRECTS} times.`, {
    code: 'source-redirects',
  });
}

async function get(web: WebReading, url: URL, lane: Lane, signal: AbortSignal): Promise<LimitedAnswer> {
  const trusted = web.trusts(url.host);
  if (!trusted) refuseForbidden(url);
  const connection = { ...web.connection, pool: trusted ? web.pools.source : web.pools.guarded };
  const request = {
    origin: url.origin,
    method: 'GET',
    path: url.pathname + url.search,
    headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'file-migration' },
  } as const;
  const answer = await limitedExchange(connection, () => request, lane, signal);
  answer.releaseWithBody();
  return answer;
}

function opened(answer: LimitedAnswer): OpenedSource {
  const { headers, body } = answer;
  const size = body.declared;
  requireProvableEnd('source', answer);
  // S3 makes its ETags of the content; other servers make theirs as they like.
  const etag = headers['x-amz-request-id'] === undefined ? undefined : entityTagOfHeaders(headers);
  return {
    size,
    etag,
    versionId: undefined,
    checksum: checksumOfHeaders(headers),
    lastModifiedAt: dateOf(headers['last-modified']),
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
    partSizes: etag?.kind === 'multipart' && size !== undefined ? partSizeCandidates(size, etag.parts) : [],
    body,
    toLarge: () => answer.toLarge(),
  };
}

function redirectTarget({ status, headers }: LimitedAnswer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return undefined;
  const to = URL.parse(headers.location, from.href);
  return to !== null && /^https?:$/.test(to.protocol) ? to : undefined;
}

async function refused(answer: LimitedAnswer): Promise<Failure> {
  const { status, headers } = answer;
  if (status === 410) {
    answer.body.cancel();
    return new Failure('The source answered that the file is gone for good (HTTP 410).', {
      code: 'source-missing',
    });
  }
  // S3 answers plain requests with the same errors; other servers are told by their status alone.
  const failure = await s3Failure('source', 'GET', answer);
  if (failure.failureClass !== 'stop') return failure;
  const retryAfterMs = retryAfter(headers['retry-after']);
  return new Failure(failure.message, {
    code: failure.code,
    failureClass: 'skip',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
