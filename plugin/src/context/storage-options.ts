import type {
  CredentialSource as ConfiguredCredentials,
  Environment,
  MigrationConfig,
  OrganizationId,
} from '@file-migration/config';
import type {
  CredentialSource,
  MappedHost,
  SalesforceFileOpener,
  StorageOptions,
  VendorApiOptions,
} from '../storage/storage-options.ts';

const mebibyte = 1024 * 1024;

/** What storage needs to know, taken from migration.json and, for secrets, from the environment. */
export function storageOptions(
  config: MigrationConfig,
  context: {
    readonly organizationId: OrganizationId;
    readonly env: Environment;
    readonly fence?: () => Promise<void>;
    readonly salesforceFile?: SalesforceFileOpener;
  },
): StorageOptions {
  const { organizationId, env, fence, salesforceFile } = context;
  const { source, ...options } = configuredOptions(config, env);
  return { ...options, organizationId, source: { ...source, salesforceFile }, ...(fence !== undefined && { fence }) };
}

/** As much of it as is the same for every org. */
export function configuredOptions(
  { source, target, key, filters, backup }: MigrationConfig,
  env: Environment,
): Omit<StorageOptions, 'organizationId' | 'fence'> {
  return {
    leastEvidence: backup.minimumEvidence,
    httpClient: backup.httpClient,
    contentHash: backup.contentHash,
    target: {
      bucket: target.bucket,
      prefix: key.prefix,
      region: target.region,
      endpoint: target.endpoint,
      pathStyle: target.endpoint === undefined ? undefined : target.pathStyle,
      storageClass: target.storageClass,
      encryption: encryption(target.encryption),
      credentials: credentials(target.credentials, env),
    },
    source: {
      methods: source.methods,
      credentials: credentials(source.credentials, env),
      hosts: Object.fromEntries(Object.entries(source.hosts).map(([name, host]) => [name, mappedHost(host, env)])),
      vendorApi: source.vendorApi === undefined ? undefined : vendorApi(source.vendorApi, env),
      restoreArchived: source.archived.restore ? { days: source.archived.days, tier: source.archived.tier } : undefined,
      maxBytes: filters.maxFileSizeMb === null ? undefined : filters.maxFileSizeMb * mebibyte,
    },
    limits: {
      initialConcurrency: backup.inFlight.initial,
      maxConcurrency: backup.inFlight.max,
      requestsPerSecond: backup.requestsPerSecond ?? undefined,
      bytesPerSecond: backup.bandwidthMbPerSecond === null ? undefined : backup.bandwidthMbPerSecond * mebibyte,
      multipartThreshold: backup.multipart.thresholdMb * mebibyte,
      partBytes: backup.multipart.partSizeMb * mebibyte,
    },
  };
}

function encryption(configured: MigrationConfig['target']['encryption']): StorageOptions['target']['encryption'] {
  switch (configured.kind) {
    case 'bucket-default':
      return undefined;
    case 'AES256':
      return { kind: 'AES256' };
    case 'aws:kms':
      return { kind: 'aws:kms', keyId: configured.kmsKeyId, bucketKey: configured.bucketKey };
  }
}

function mappedHost(configured: MigrationConfig['source']['hosts'][string], env: Environment): MappedHost {
  const { credentials: own, ...host } = configured;
  return { ...host, credentials: own === undefined ? undefined : credentials(own, env) };
}

/** The loader has made sure that the named variables are there. */
function credentials(configured: ConfiguredCredentials, env: Environment): CredentialSource {
  if (configured.kind !== 'environment') return configured;
  const { accessKeyId, secretAccessKey, sessionToken } = configured;
  return {
    kind: 'keys',
    accessKeyId: env[accessKeyId] ?? '',
    secretAccessKey: env[secretAccessKey] ?? '',
    ...(sessionToken !== undefined && { sessionToken: env[sessionToken] ?? '' }),
  };
}

function vendorApi(
  configured: NonNullable<MigrationConfig['source']['vendorApi']>,
  env: Environment,
): VendorApiOptions {
  return {
    method: configured.method,
    url: configured.url,
    headers: Object.fromEntries(Object.entries(configured.headers).map(([name, value]) => [name, value.reveal(env)])),
    body: configured.body?.reveal(env),
    urlPointer: configured.urlPointer,
    timeoutMs: configured.timeoutSeconds * 1000,
    allowedHosts: configured.allowedHosts,
  };
}
