import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '../../model/failure.ts';
import type { HotS3Client, ServerSideCopy, Upload } from '../s3/hot-client.ts';
import type { SdkClient } from '../s3/sdk-client.ts';
import { headObject, type StoredObject } from '../s3/stored-object.ts';
import type { StorageOptions, TargetOptions } from '../storage-options.ts';
import type { TargetCapabilities } from '../survey-facts.ts';
import { tryTarget } from './capabilities.ts';
import { createByCopy, createByPut } from './create.ts';
import { FreeKeys } from './free-keys.ts';

/** The bucket that is written, with all that writing needs to know about it. */
export class TargetBucket {
  readonly options: TargetOptions;
  readonly organizationId: StorageOptions['organizationId'];
  readonly client: HotS3Client;
  readonly sdk: SdkClient;
  readonly freeKeys: FreeKeys;
  readonly #fence: (() => Promise<void>) | undefined;
  #capabilities: Promise<TargetCapabilities> | undefined;
  #known: TargetCapabilities | undefined;

  constructor(options: StorageOptions, client: HotS3Client, sdk: SdkClient) {
    this.options = options.target;
    this.organizationId = options.organizationId;
    this.client = client;
    this.sdk = sdk;
    this.freeKeys = new FreeKeys(client);
    this.#fence = options.fence;
  }

  /** Whether this process has written here: then a refusal may concern the one document that it was given for. */
  get isProven(): boolean {
    return this.#known !== undefined;
  }

  /** To be asked before everything that writes: throws when another process has taken over. */
  async fence(): Promise<void> {
    if (this.#fence !== undefined) await this.#fence();
  }

  /**
   * Tried once, at the first write; a try that failed is made again by the next one.
   * @throws Failure of class `stop` when the target cannot be written; of class `retry` or `pause`
   */
  capabilities(signal: AbortSignal): Promise<TargetCapabilities> {
    this.#capabilities ??= this.fence()
      .then(() => tryTarget(this.client, this.options, signal))
      .then((capabilities) => (this.#known = capabilities))
      .catch((error: unknown) => {
        this.#capabilities = undefined;
        throw forEveryDocument(error);
      });
    return this.#capabilities;
  }

  /** PutObject of a new object, encrypted as configured and onto nothing. @throws Failure */
  async put(key: string, upload: Upload, signal: AbortSignal): Promise<IncomingHttpHeaders> {
    const { conditionalPut: conditional } = await this.capabilities(signal);
    return await createByPut(this, key, { ...upload, conditional }, signal);
  }

  /** CopyObject to a new object, likewise. @throws Failure */
  async copy(key: string, copy: ServerSideCopy, signal: AbortSignal): ReturnType<HotS3Client['copy']> {
    const { conditionalCopy: conditional } = await this.capabilities(signal);
    return await createByCopy(this, key, { ...copy, conditional }, signal);
  }

  /**
   * What lies under a key before it is written; undefined when nothing does, or when only the write itself can tell: a
   * principal that may not list the bucket is told 403 of a key that is free.
   */
  async existing(key: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    try {
      return await headObject(this.client, key, signal);
    } catch (error) {
      const { conditionalPut } = await this.capabilities(signal);
      if (error instanceof Failure && error.code === 'target-denied' && conditionalPut) return undefined;
      throw error;
    }
  }
}

/** The probe is nobody's document: what it is refused, all would be. */
function forEveryDocument(error: unknown): unknown {
  if (!(error instanceof Failure) || error.failureClass !== 'skip') return error;
  const { message, code, actions } = error;
  return new Failure(message, { code, failureClass: 'stop', actions, cause: error });
}
