import { documentId, objectKey, organizationId, toSalesforceId, type ObjectKey } from '@file-migration/config';
import { underShippedPolicies } from '../aws/least-privilege.ts';
import type { AwsPlaces } from '../aws/shipped-policies.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import type { CopyRequest } from '../../../plugin/src/storage/copy-result.ts';
import type { CopyResult } from '../../../plugin/src/model/copy-outcome.ts';
import type { Storage } from '../../../plugin/src/storage/storage.ts';
import type { StorageOptions } from '../../../plugin/src/storage/storage-options.ts';
import {
  startObjectStore,
  type ObjectStore,
  type ObjectStoreOptions,
} from '@file-migration/stand-ins/object-store/server';

export const ORGANIZATION = organizationId('00D000000000001EAA');
export const VENDOR_HOST = 'vendor.s3.us-west-2.amazonaws.com';

const PLACES: AwsPlaces = {
  targetBucket: 'ours',
  targetPrefix: 'uploads',
  vendorBucket: 'vendor',
  region: 'us-east-1',
};
const keys = { accessKeyId: 'MIGRATOR000000000001', secretAccessKey: 'migrator-no-secret-0123456789abcdef012345' };

/** A store with a vendor's and our bucket, and storage that copies between them. */
export type StorageWorld = {
  readonly store: ObjectStore;
  readonly storage: Storage;
  /** Copies what lies in the vendor's bucket under a key, as document number n. */
  readonly copy: (sourceKey: string, more?: Partial<CopyRequest>) => Promise<CopyResult>;
  close(): Promise<void>;
};

export type StorageWorldOptions = {
  readonly store?: ObjectStoreOptions;
  readonly source?: Partial<StorageOptions['source']>;
  readonly target?: Partial<StorageOptions['target']>;
  readonly storage?: Partial<Omit<StorageOptions, 'source' | 'target'>>;
};

export async function storageWorld(options: StorageWorldOptions = {}): Promise<StorageWorld> {
  const store = await startObjectStore(underShippedPolicies(PLACES, keys, options.store ?? {}));
  const [own = keys] = options.store?.credentials ?? [];
  const credentials = { kind: 'keys', ...own } as const;
  const storage = createStorage({
    organizationId: ORGANIZATION,
    target: {
      endpoint: store.url,
      region: store.region,
      bucket: 'ours',
      prefix: 'uploads/',
      credentials,
      ...options.target,
    },
    source: {
      methods: ['s3'],
      credentials,
      hosts: { [VENDOR_HOST]: { endpoint: store.url, region: store.region } },
      ...options.source,
    },
    ...options.storage,
  });
  return {
    store,
    storage,
    copy: (sourceKey, more) => storage.copy({ ...requestFor(sourceKey), ...more }, new AbortController().signal),
    async close() {
      await storage.close();
      await store.close();
    },
  };
}

export function requestFor(sourceKey: string, number = 1): CopyRequest {
  const document = documentId(toSalesforceId(`a0D${String(number).padStart(12, '0')}`));
  const fileName = sourceKey.split('/').at(-1) ?? sourceKey;
  return { document, revision: 1, url: urlOf(sourceKey), key: targetKey(fileName, number), fileName };
}

export function urlOf(sourceKey: string): string {
  return `https://${VENDOR_HOST}/${sourceKey.split('/').map(encodeURIComponent).join('/')}`;
}

export function targetKey(fileName: string, number = 1): ObjectKey {
  return objectKey(`uploads/acme/${toSalesforceId(`a0D${String(number).padStart(12, '0')}`)}/${fileName}`);
}

/** `%PDF-` and so many bytes that no two places share. */
export function pdf(bytes: number, seed = 1): Buffer {
  const content = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4)
    content.writeUInt32LE((Math.imul(at + seed, 2654435761) ^ (at >>> 3)) >>> 0, at);
  content.write('%PDF-1.7\n'.slice(0, bytes));
  return content;
}
