import { encodeKey } from '@file-migration/config';
import type { IncomingHttpHeaders } from 'node:http';
import type { Failure } from '../../model/failure.ts';
import type { Lane } from '../limits/adaptive-limit.ts';
import type { CredentialProvider } from './credentials.ts';
import type { HttpRequest } from '@file-migration/http/messages';
import {
  asksForLess,
  limitedExchange,
  requireProvableEnd,
  type LimitedAnswer,
  type SideConnection,
} from '../exchange/limited-exchange.ts';
import { networkFailure } from '../exchange/network-failure.ts';
import type { BucketAddress } from './address.ts';
import { classifyS3Error, s3Failure, type S3Failure } from './failure.ts';
import { decodeListed } from './listed-key.ts';
import { EMPTY_SHA256, s3Signer, type S3Signer } from './signer.ts';
import { smallXml } from './xml.ts';

export type HotS3Options = {
  readonly connection: SideConnection;
  readonly region: string;
  readonly address: BucketAddress;
  readonly credentials: CredentialProvider;
};

export type ReadOptions = {
  readonly lane: Lane;
  readonly versionId?: string | undefined;
  readonly partNumber?: number;
  readonly headers?: Record<string, string>;
};

export type Upload = {
  readonly lane: Lane;
  readonly body: Buffer;
  /** Hex, of the body; or that it is not signed. */
  readonly sha256: string;
  readonly headers: Record<string, string>;
  readonly query?: Query;
};

export type ServerSideCopy = {
  readonly headers: Record<string, string>;
  readonly query?: Query;
  /** How long the store may work on it before it answers. */
  readonly timeoutMs?: number;
};

type Query = Readonly<Record<string, string>>;

/** Statuses of a HEAD that may mean anything: an expired token, another region, a closed object. */
const SAYS_LITTLE: ReadonlySet<number> = new Set([400, 401, 403, 405]);

/** Answers other than objects are short. */
const LONGEST_ANSWER = 64 * 1024;

/**
 * The few calls that every file costs, for one bucket: GetObject, HeadObject, PutObject and UploadPart, CopyObject and
 * UploadPartCopy, and a list of one. All throw Failures with class and code; nothing is retried here.
 */
export class HotS3Client {
  readonly #options: HotS3Options;
  readonly #signer: S3Signer;

  constructor(options: HotS3Options) {
    this.#options = options;
    this.#signer = s3Signer(options.region, options.address.origin, options.credentials);
  }

  /** The answer's slot is given back when its body has ended or was cancelled. */
  async get(key: string, options: ReadOptions, signal: AbortSignal): Promise<LimitedAnswer> {
    const { connection } = this.#options;
    const request = this.#request('GET', key, options.headers ?? {});
    const answer = await this.#send('GetObject', request, { query: readQuery(options), lane: options.lane }, signal);
    answer.releaseWithBody();
    requireProvableEnd(connection.side, answer);
    return answer;
  }

  /**
   * Undefined when there is nothing, which before a write is the usual case and no failure. A refusal of a HEAD has no
   * body, and its status alone is no verdict: whether a token has expired or this object is denied is asked with a GET.
   */
  async head(key: string, options: ReadOptions, signal: AbortSignal): Promise<IncomingHttpHeaders | undefined> {
    const request = this.#request('HEAD', key, options.headers ?? {});
    const { connection } = this.#options;
    const sign = (): Promise<HttpRequest> => this.#signer.sign(request, readQuery(options), EMPTY_SHA256);
    const answer = await limitedExchange(connection, sign, options.lane, signal);
    if (answer.status === 404) {
      answer.release('done', 0);
      return undefined;
    }
    if (answer.status >= 300) {
      const failure = await this.#failure('HeadObject', answer);
      if (SAYS_LITTLE.has(answer.status) && failure.s3Code === '' && !failure.code.endsWith('-wrong-region')) {
        await this.#firstByte(key, options, signal);
      }
      throw failure;
    }
    answer.release('done', 0);
    if (answer.headers['content-length'] !== undefined) return answer.headers;
    const { size } = await this.#firstByte(key, options, signal);
    return { ...answer.headers, ...(size !== undefined && { 'content-length': String(size) }) };
  }

  /**
   * Asks what HEAD left open by a GET of one byte.
   * @returns the object's size in bytes, where the store tells
   * @throws Failure in the store's own words when GET is refused, too
   */
  async #firstByte(
    key: string,
    options: ReadOptions,
    signal: AbortSignal,
  ): Promise<{ readonly size: number | undefined }> {
    const request = this.#request('GET', key, { ...options.headers, range: 'bytes=0-0' });
    const { connection } = this.#options;
    const sign = (): Promise<HttpRequest> => this.#signer.sign(request, readQuery(options), EMPTY_SHA256);
    const answer = await limitedExchange(connection, sign, options.lane, signal);
    // an empty object has no first byte
    if (answer.status >= 300 && answer.status !== 416) throw await this.#failure('GetObject', answer);
    const { 'content-range': range } = answer.headers;
    const size = answer.status === 200 ? answer.body.declared : Number(/\/(\d+)$/.exec(range ?? '')?.[1] ?? Number.NaN);
    answer.body.cancel();
    answer.release('done', 0);
    return { size: Number.isSafeInteger(size) ? size : undefined };
  }

  /** PutObject; with `partNumber` and `uploadId` in the query, UploadPart. */
  async put(key: string, upload: Upload, signal: AbortSignal): Promise<IncomingHttpHeaders> {
    const request = { ...this.#request('PUT', key, upload.headers), body: upload.body };
    const answer = await this.#send('PutObject', request, upload, signal);
    await this.#text(answer, upload.body.length);
    return answer.headers;
  }

  /** CopyObject; with `partNumber` and `uploadId` in the query, UploadPartCopy. The answer's headers and XML. */
  async copy(
    key: string,
    { headers, query = {}, timeoutMs }: ServerSideCopy,
    signal: AbortSignal,
  ): Promise<{ readonly headers: IncomingHttpHeaders; readonly xml: string }> {
    const request = { ...this.#request('PUT', key, headers), headersTimeoutMs: timeoutMs };
    const answer = await this.#send('CopyObject', request, { query }, signal);
    const xml = await this.#text(answer, 0);
    // The status is sent before the work is done, so a failure may come in the body of a 200.
    if (xml.includes('<Error>')) throw this.#failedAfterAll(xml);
    return { headers: answer.headers, xml };
  }

  /** DeleteObject: only for what we ourselves wrote to try the store. */
  async delete(key: string, signal: AbortSignal): Promise<void> {
    const request = this.#request('DELETE', key, {});
    const answer = await this.#send('DeleteObject', request, {}, signal);
    await this.#text(answer, 0);
  }

  /**
   * ListObjectsV2 of one: the first key that begins with `prefix`, in the order of UTF-8 bytes.
   * @returns a `key` of undefined when there is none; undefined when the answer does not say
   */
  async firstKey(prefix: string, signal: AbortSignal): Promise<{ readonly key: string | undefined } | undefined> {
    const query = { 'list-type': '2', 'max-keys': '1', 'encoding-type': 'url', prefix };
    const request = this.#request('GET', '', {});
    const answer = await this.#send('ListObjectsV2', request, { query }, signal);
    const elements = smallXml(await this.#text(answer, 0));
    const key = elements.get('Key');
    if (key !== undefined) return { key: elements.get('EncodingType') === 'url' ? decodeListed(key) : key };
    return elements.get('KeyCount') === '0' && elements.get('IsTruncated') === 'false' ? { key: undefined } : undefined;
  }

  #request(method: HttpRequest['method'], key: string, headers: Record<string, string>): HttpRequest {
    const { origin, root } = this.#options.address;
    return { origin, method, path: root + encodeKey(key), headers };
  }

  async #send(
    operation: string,
    request: HttpRequest,
    { query = NO_QUERY, sha256 = EMPTY_SHA256, lane = 'small' }: Partial<Pick<Upload, 'query' | 'sha256' | 'lane'>>,
    signal: AbortSignal,
  ): Promise<LimitedAnswer> {
    const { connection } = this.#options;
    const sign = (): Promise<HttpRequest> => this.#signer.sign(request, query, sha256);
    const answer = await limitedExchange(connection, sign, lane, signal);
    if (answer.status < 300) return answer;
    throw await this.#failure(operation, answer);
  }

  async #failure(operation: string, answer: LimitedAnswer): Promise<S3Failure> {
    const { connection, region } = this.#options;
    const failure = await s3Failure(connection.side, operation, answer, region);
    answer.release(asksForLess(failure) ? 'slow-down' : 'failed', 0);
    return failure;
  }

  /** @param sent bytes of the request's body, for the throughput */
  async #text(answer: LimitedAnswer, sent: number): Promise<string> {
    try {
      const text = (await answer.body.bytes(LONGEST_ANSWER)).toString();
      answer.release('done', sent);
      return text;
    } catch (error) {
      answer.release('failed', 0);
      throw networkFailure(this.#options.connection.side, this.#options.address.origin, error);
    }
  }

  #failedAfterAll(xml: string): Failure {
    const elements = smallXml(xml);
    return classifyS3Error(this.#options.connection.side, 'CopyObject', {
      status: 500,
      code: elements.get('Code') ?? '',
      message: elements.get('Message') ?? '',
      region: undefined,
      signedRegion: undefined,
      retryAfterMs: undefined,
    });
  }
}

function readQuery({ versionId, partNumber }: ReadOptions): Query {
  if (versionId === undefined && partNumber === undefined) return NO_QUERY;
  return {
    ...(versionId !== undefined && { versionId }),
    ...(partNumber !== undefined && { partNumber: String(partNumber) }),
  };
}

const NO_QUERY: Query = {};
