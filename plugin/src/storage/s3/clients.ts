import { Failure } from '../../model/failure.ts';
import { credentialProvider, type CredentialProvider } from './credentials.ts';
import type { SideConnection } from '../exchange/limited-exchange.ts';
import { bucketAddress } from './address.ts';
import { S3Failure } from './failure.ts';
import { HotS3Client } from './hot-client.ts';
import { SdkClient } from './sdk-client.ts';
import type { S3Location } from '../location/source-location.ts';
import type { CredentialSource, S3Endpoint, StorageOptions } from '../storage-options.ts';

/** Most source buckets a migration reads from; a hostile population must not make us keep clients without end. */
const MOST_BUCKETS = 1000;

/** The hot clients of a storage: one for the target, one for each source bucket and principal. */
export class S3Clients {
  readonly target: HotS3Client;
  readonly targetCredentials: CredentialProvider;
  readonly #options: StorageOptions;
  readonly #shared: SharedParts;
  readonly #credentials = new Map<string, CredentialProvider>();
  readonly #sources = new Map<string, HotS3Client>();
  /** Regions that servers told us, by bucket. */
  readonly #regions = new Map<string, string>();

  constructor(options: StorageOptions, shared: SharedParts) {
    this.#options = options;
    this.#shared = shared;
    this.targetCredentials = this.#credentialsOf(options.target.credentials);
    this.target = new HotS3Client({
      connection: shared.target,
      region: options.target.region,
      address: bucketAddress(options.target, options.target.bucket),
      credentials: this.targetCredentials,
    });
  }

  /** The credentials that read a source bucket. */
  sourceCredentials(location: S3Location): CredentialProvider {
    return this.#credentialsOf(location.mapped?.credentials ?? this.#options.source.credentials);
  }

  /** Where a source bucket is reached: the config knows best, then the store, then the URL. */
  sourcePlace(location: S3Location): S3Endpoint {
    const region =
      location.mapped?.region ?? this.#regions.get(location.bucket) ?? location.region ?? this.#options.target.region;
    return { region, endpoint: location.endpoint, pathStyle: location.pathStyle };
  }

  /** The SDK for what is rarely done to a source bucket, with its own principal. */
  async withSourceSdk<T>(location: S3Location, use: (sdk: SdkClient) => Promise<T>): Promise<T> {
    const sdk = new SdkClient('source', this.sourcePlace(location), this.sourceCredentials(location));
    try {
      return await use(sdk);
    } finally {
      await sdk.close();
    }
  }

  /** Reads from a source bucket with its own principal; a server that names another region is asked again there. */
  async withSource<T>(location: S3Location, read: (client: HotS3Client) => Promise<T>): Promise<T> {
    return await this.#inRightRegion(location, () =>
      read(this.#source(location, this.sourceCredentials(location), 'own')),
    );
  }

  /** The same with the principal that writes the target: what a server-side copy reads with. */
  async withSourceAsTarget<T>(location: S3Location, read: (client: HotS3Client) => Promise<T>): Promise<T> {
    try {
      return await this.#inRightRegion(location, () => read(this.#source(location, this.targetCredentials, 'target')));
    } catch (error) {
      throw ofTargetCredentials(error);
    }
  }

  async #inRightRegion<T>(location: S3Location, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      const region = error instanceof S3Failure && error.code === 'source-wrong-region' ? error.region : undefined;
      const isKnown = region === undefined || this.sourcePlace(location).region === region;
      if (isKnown || location.mapped?.region !== undefined) throw error;
      this.#regions.set(location.bucket, region);
      return await read();
    }
  }

  #source(location: S3Location, credentials: CredentialProvider, principal: 'own' | 'target'): HotS3Client {
    const place = this.sourcePlace(location);
    const name = [principal, place.endpoint, place.region, location.bucket, location.pathStyle].join(' ');
    const known = this.#sources.get(name);
    if (known !== undefined) return known;
    if (this.#sources.size >= MOST_BUCKETS) this.#sources.clear();
    const client = new HotS3Client({
      connection: this.#shared.source,
      region: place.region,
      address: bucketAddress(place, location.bucket),
      credentials,
    });
    this.#sources.set(name, client);
    return client;
  }

  #credentialsOf(source: CredentialSource = { kind: 'default' }): CredentialProvider {
    const name = JSON.stringify(source);
    const known = this.#credentials.get(name) ?? credentialProvider(source);
    this.#credentials.set(name, known);
    return known;
  }
}

/** Where the target's principal reads a source, it is the target's keys that a refusal of the keys is about. */
function ofTargetCredentials(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const { message, actions } = error;
  switch (error.code) {
    case 'source-bad-credentials':
      return new Failure(message, { code: 'target-bad-credentials', actions, cause: error });
    case 'source-credentials-expired':
      return new Failure(message, { code: 'target-credentials-expired', actions, cause: error });
    default:
      return error;
  }
}

/** The connections to configured places. */
export type SharedParts = { readonly source: SideConnection; readonly target: SideConnection };
