import { createHash } from 'node:crypto';
import type { MappedHost, StorageOptions } from '../storage/storage-options.ts';

/** What decides where a file is read, where its copy goes and what counts as proved, by name. It holds no secret. */
export type StorageSettings = Readonly<Record<string, string>>;

/** The settings in which a coordinator and its workers must agree; credentials and limits are each one's own. */
export function storageSettings(options: Omit<StorageOptions, 'organizationId'>): StorageSettings {
  const { target, source, leastEvidence, limits, contentHash } = options;
  const { vendorApi } = source;
  const all: Record<string, unknown> = {
    'target.bucket': target.bucket,
    'target.region': target.region,
    'target.endpoint': target.endpoint,
    'target.pathStyle': target.pathStyle,
    'target.storageClass': target.storageClass,
    'target.encryption': target.encryption,
    'key.layout (prefix)': target.prefix,
    'source.methods': source.methods,
    'source.vendorApi.url':
      vendorApi === undefined ? undefined : [vendorApi.method, vendorApi.url, vendorApi.urlPointer],
    'source.archived': source.restoreArchived,
    'filters.maxFileSizeMb': source.maxBytes,
    'backup.minimumEvidence': leastEvidence,
    'backup.contentHash': contentHash,
    'backup.multipart': [limits?.multipartThreshold, limits?.partBytes],
  };
  for (const [host, rule] of Object.entries(source.hosts ?? {})) all[`source.hosts.${host}`] = withoutCredentials(rule);
  const set = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    set.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function withoutCredentials({ endpoint, bucket, region, pathStyle, s3 }: MappedHost): unknown {
  return { endpoint, bucket, region, pathStyle, s3 };
}

/** Sixteen hexadecimal digits that stand for all of them. */
export function fingerprint(settings: StorageSettings): string {
  const sorted = Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/** In what another's settings differ from ours, one sentence part each. */
export function differences(ours: StorageSettings, theirs: StorageSettings): string[] {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return names
    .filter((name) => ours[name] !== theirs[name])
    .map((name) => `${name}: ${theirs[name] ?? 'nothing'} there, ${ours[name] ?? 'nothing'} here`);
}
