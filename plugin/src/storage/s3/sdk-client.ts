import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { getProxyForUrl } from 'proxy-from-env';
import { Failure } from '../../model/failure.ts';
import type { CredentialProvider } from './credentials.ts';
import { networkFailure } from '../exchange/network-failure.ts';
import type { Side } from '../exchange/side.ts';
import { classifyS3Error } from './failure.ts';
import type { S3Endpoint } from '../storage-options.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/** The AWS SDK for everything that is not done once a file; loaded at first use, because that takes a while. */
export class SdkClient {
  readonly #side: Side;
  readonly #place: S3Endpoint;
  readonly #credentials: CredentialProvider;
  #loaded: Promise<{ sdk: Sdk; client: S3Client }> | undefined;

  constructor(side: Side, place: S3Endpoint, credentials: CredentialProvider) {
    this.#side = side;
    this.#place = place;
    this.#credentials = credentials;
  }

  /** Runs a call; the SDK's errors come out as Failures. */
  async run<T>(operation: string, call: (client: S3Client, sdk: Sdk) => Promise<T>): Promise<T> {
    this.#loaded ??= this.#load();
    const { sdk, client } = await this.#loaded;
    try {
      return await call(client, sdk);
    } catch (error) {
      throw this.#failure(operation, sdk, error);
    }
  }

  async close(): Promise<void> {
    (await this.#loaded)?.client.destroy();
  }

  async #load(): Promise<{ sdk: Sdk; client: S3Client }> {
    const sdk = await import('@aws-sdk/client-s3');
    const { endpoint, region, pathStyle } = this.#place;
    const client = new sdk.S3Client({
      region,
      credentials: this.#credentials,
      maxAttempts: 4,
      // Older stores refuse the trailing checksums that the SDK adds by default.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      followRegionRedirects: false,
      forcePathStyle: pathStyle ?? endpoint !== undefined,
      ...(endpoint !== undefined && { endpoint }),
      ...(await throughProxy(endpoint ?? `https://s3.${region}.amazonaws.com`)),
    });
    return { sdk, client };
  }

  #failure(operation: string, sdk: Sdk, error: unknown): Error {
    if (error instanceof Failure) return error;
    if (error instanceof Error && error.name === 'AbortError') return error;
    if (error instanceof sdk.S3ServiceException) {
      const { httpStatusCode = 0 } = error.$metadata;
      const headers = error.$response?.headers ?? {};
      return classifyS3Error(this.#side, operation, {
        status: httpStatusCode,
        code: isS3Code(error.name) ? error.name : '',
        message: isS3Code(error.name) ? error.message : '',
        region: headers['x-amz-bucket-region'],
        signedRegion: this.#place.region,
        retryAfterMs: undefined,
      });
    }
    return networkFailure(this.#side, this.#place.endpoint ?? `S3 in ${this.#place.region}`, error);
  }
}

/** The SDK looks at no HTTPS_PROXY by itself. Proxies are for few: their client is loaded where one is set. */
async function throughProxy(url: string): Promise<Pick<S3ClientConfig, 'requestHandler'>> {
  const proxy = getProxyForUrl(url);
  if (proxy === '') return {};
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const agent = new HttpsProxyAgent(proxy);
  return { requestHandler: { httpsAgent: agent, httpAgent: agent } };
}

/** What the SDK calls answers without a body (HEAD): a status by another name, or its own name for not knowing one. */
const NO_CODES: ReadonlySet<string> = new Set([
  'BadRequest',
  'Forbidden',
  'MethodNotAllowed',
  'MovedPermanently',
  'NotFound',
  'Unknown',
  'UnknownError',
]);

const isS3Code = (name: string): boolean => /^[A-Z][\w.]+$/.test(name) && !NO_CODES.has(name);
