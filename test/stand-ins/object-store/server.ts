import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type FaultRule } from '../faults/faults.ts';
import { createDirectAccess, type DirectAccess } from './direct-access.ts';
import { handleRequest, type Service } from './handle-request.ts';
import type { BucketOptions, CredentialOptions, ObjectStoreOptions } from './options.ts';
import { parsePolicy } from './policies/policy.ts';
import { maxPutBytes } from './receive-body.ts';
import { createVerifier } from './signature.ts';
import { Store } from './store.ts';
import type { StoreFault } from './store-faults.ts';
import { Traffic } from './traffic.ts';

export type { BucketOptions, CredentialOptions, LifecycleRule, ObjectStoreOptions, Right } from './options.ts';
export type { DirectAccess, ObjectFacts, SeedObject } from './direct-access.ts';
export type { StoreFault } from './store-faults.ts';
export type { TrafficEntry } from './traffic.ts';

/** A running store. Besides HTTP it can be seeded and audited directly. */
export type ObjectStore = DirectAccess & {
  readonly url: string;
  readonly port: number;
  readonly region: string;
  /** The first may do everything unless the options say otherwise. */
  readonly credentials: readonly [CredentialOptions, ...CredentialOptions[]];
  readonly traffic: Traffic;
  createBucket(options: string | BucketOptions): void;
  /** Other faults from now on; none by default. */
  setFaults(rules?: readonly FaultRule<StoreFault>[], seed?: number): void;
  /** Cuts what is under way and gives the port free. */
  close(): Promise<void>;
};

/** Known to everybody, and good for nothing but this store. */
const defaultCredential: CredentialOptions = {
  accessKeyId: 'STANDINSTOREADMIN001',
  secretAccessKey: 'stand-in-store-no-secret-0123456789abcdef',
};

/**
 * Starts an S3 server on loopback, by default on a free port and in memory. Throws when the port is taken, and for a
 * policy with an element that is not evaluated here.
 */
export async function startObjectStore(options: ObjectStoreOptions = {}): Promise<ObjectStore> {
  const host = options.host ?? '127.0.0.1';
  const region = options.region ?? 'us-east-1';
  const clock = options.clock ?? (() => new Date());
  const [first = defaultCredential, ...others] = options.credentials ?? [];
  const settings = {
    region,
    restoreMilliseconds: options.restoreMilliseconds ?? 1000,
    maxCopyBytes: options.maxCopyBytes ?? maxPutBytes,
    minPartBytes: options.minPartBytes ?? 5 * 1024 ** 2,
    conditionalCopy: options.conditionalCopy ?? true,
    defaultChecksum: options.defaultChecksum ?? 'CRC64NVME',
  };
  for (const { role } of [first, ...others]) role?.policies.forEach(parsePolicy);
  const store = new Store(options.data, clock);
  const createBucket = (bucket: string | BucketOptions): void => {
    const bucketOptions = typeof bucket === 'string' ? { name: bucket } : bucket;
    if (bucketOptions.policy !== undefined) parsePolicy(bucketOptions.policy);
    if (!store.buckets.has(bucketOptions.name)) store.createBucket(bucketOptions, bucketOptions.region ?? region);
  };
  options.buckets?.forEach(createBucket);
  const service: Service = {
    store,
    settings,
    verify: createVerifier([first, ...others], clock),
    traffic: new Traffic(),
    complain: options.complain ?? ((line) => void process.stderr.write(`${line}\n`)),
    faults: createFaults(options.faults ?? [], options.faultSeed),
    faultsReplaced: Promise.withResolvers(),
  };
  // no time limits: a slow client is a client, and what hangs is a fault that a test asked for
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (incoming, response) => {
    handleRequest(service, incoming, response).catch((error: unknown) => {
      service.complain(`object store: ${error instanceof Error ? error.message : String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...createDirectAccess(store, settings.defaultChecksum),
    url: `http://${host}:${port}`,
    port,
    region,
    credentials: [first, ...others],
    traffic: service.traffic,
    createBucket,
    setFaults: (rules = [], seed) => {
      service.faults = createFaults(rules, seed);
      service.faultsReplaced.resolve();
      service.faultsReplaced = Promise.withResolvers();
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      store.close();
    },
  };
}
