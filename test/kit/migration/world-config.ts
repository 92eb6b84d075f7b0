import { join } from 'node:path';
import {
  migrationConfig,
  type MigrationConfig,
  type MigrationConfigInput,
  type CopyMethod,
} from '@file-migration/config';
import { underShippedPolicies } from '../aws/least-privilege.ts';
import type { ObjectStoreOptions } from '@file-migration/stand-ins/object-store/options';
import type { SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';

export const VENDOR = 'vendor-files';
export const TARGET = 'own-files';
export const LINK_BASE = 'https://files.example.com';
export const region = 'us-west-2';

/** What makes the same config in another process: plain data. */
export type WorldPlace = {
  readonly folder: string;
  readonly storeUrl: string;
  readonly methods?: readonly CopyMethod[] | undefined;
  /** Most copies at once; default: as many as the store bears. */
  readonly inFlight?: number;
};

const credentials = { accessKeyId: '${STORE_KEY}', secretAccessKey: '${STORE_SECRET}' };

/** The environment in which that config finds the stand-in store's keys. */
export const storeKeys = {
  STORE_KEY: 'MIGRATOR000000000001',
  STORE_SECRET: 'migrator-no-secret-0123456789abcdef012345',
};

/** A store with both buckets, in which those keys have the rights that the shipped policies grant. */
export function worldStore(options: ObjectStoreOptions = {}): ObjectStoreOptions {
  const keys = { accessKeyId: storeKeys.STORE_KEY, secretAccessKey: storeKeys.STORE_SECRET };
  const places = { targetBucket: TARGET, targetPrefix: 'uploads', vendorBucket: VENDOR, region };
  return underShippedPolicies(places, keys, options);
}

export function targetConfig(storeUrl: string): MigrationConfigInput['target'] {
  return { bucket: TARGET, region, endpoint: storeUrl, pathStyle: true, credentials };
}

export function worldConfig(place: WorldPlace, changes: Partial<MigrationConfigInput> = {}): MigrationConfig {
  return migrationConfig(worldConfigInput(place, changes));
}

/** The same as it would stand in migration.json. */
export function worldConfigInput(
  { folder, storeUrl, methods = ['server-side-copy', 's3'], inFlight }: WorldPlace,
  changes: Partial<MigrationConfigInput> = {},
): MigrationConfigInput {
  return {
    source: {
      methods: [...methods],
      hosts: {
        [`${VENDOR}.s3.${region}.amazonaws.com`]: { endpoint: storeUrl, region, bucket: VENDOR, pathStyle: true },
      },
      credentials,
    },
    target: targetConfig(storeUrl),
    ...(inFlight !== undefined && { backup: { inFlight: { initial: inFlight, max: inFlight } } }),
    link: { baseUrl: LINK_BASE, formerBaseUrls: ['https://old.example.com'] },
    catalog: { file: join(folder, 'migration_tracking.db') },
    ...changes,
  };
}

/** What a backup in another process must know. */
export type ChildPlace = {
  readonly place: WorldPlace;
  readonly org: Pick<SalesforceOrg, 'url' | 'orgId' | 'accessTokens'>;
};
