import type { HotS3Client } from '../s3/hot-client.ts';
import type { SdkClient } from '../s3/sdk-client.ts';
import type { StorageOptions, TargetOptions } from '../storage-options.ts';
import type { TargetCapabilities } from '../survey-facts.ts';
import { tryTarget } from './capabilities.ts';
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

  constructor(options: StorageOptions, client: HotS3Client, sdk: SdkClient) {
    this.options = options.target;
    this.organizationId = options.organizationId;
    this.client = client;
    this.sdk = sdk;
    this.freeKeys = new FreeKeys(client);
    this.#fence = options.fence;
  }

  /** To be asked before everything that writes: throws when another process has taken over. */
  async fence(): Promise<void> {
    if (this.#fence !== undefined) await this.#fence();
  }

  /** Tried once, at the first write; a try that failed is made again by the next one. */
  capabilities(signal: AbortSignal): Promise<TargetCapabilities> {
    this.#capabilities ??= this.fence()
      .then(() => tryTarget(this.client, this.options, signal))
      .catch((error: unknown) => {
        this.#capabilities = undefined;
        throw error;
      });
    return this.#capabilities;
  }
}
