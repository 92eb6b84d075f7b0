/**
 * Copies one object by streaming in a process of its own, and prints what that took as JSON. Takes the store, the source's
 * key and the limits as JSON in the first argument.
 */
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import { peakRssMb } from '@file-migration/kit/peak-memory';
import { ORGANIZATION, VENDOR_HOST, requestFor } from '@file-migration/kit/storage/storage-world';

export type CopyOne = {
  readonly store: {
    readonly url: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  readonly sourceKey: string;
};

export type CopiedOne = { readonly kind: string; readonly evidence?: string; readonly maxRssMb: number };

const { store, sourceKey } = JSON.parse(process.argv[2] ?? '') as CopyOne;
const { url: endpoint, region, ...keys } = store;
const credentials = { kind: 'keys', ...keys } as const;
const storage = createStorage({
  organizationId: ORGANIZATION,
  target: { endpoint, region, bucket: 'ours', prefix: 'uploads/', credentials },
  source: { methods: ['s3'], credentials, hosts: { [VENDOR_HOST]: { endpoint, region } } },
});
const result = await storage.copy(requestFor(sourceKey), new AbortController().signal);
await storage.close();
const copied: CopiedOne = {
  kind: result.kind,
  ...(result.kind === 'copied' && { evidence: result.evidence }),
  maxRssMb: peakRssMb(),
};
process.stdout.write(JSON.stringify(copied));
