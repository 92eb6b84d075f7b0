import {
  parseFileLink,
  s3Link,
  type AccountId,
  type DocumentId,
  type MigrationConfig,
  type ObjectKey,
} from '@file-migration/config';
import type { LinkValues } from '../catalog/journal.ts';
import type { CatalogReader } from '../catalog/port.ts';
import type { Intent } from '../jobs/update-context.ts';
import { sameLinks } from '../jobs/link-fields.ts';
import type { Batching } from '../jobs/written-links.ts';
import type { RollbackRecord } from './rollback-file.ts';

/** Tells whether a URL is one that we, or the predecessor, wrote on this very document. */
export type IsOurs = (url: string, document: DocumentId) => boolean;

/** Our link for that id; or a plain URL of the target bucket below the prefix, which is what the predecessor wrote. */
export function isOursFor({ link, target, key }: MigrationConfig): IsOurs {
  const bases = [...(link.baseUrl === undefined ? [] : [link.baseUrl]), ...link.formerBaseUrls];
  const { bucket, region, endpoint, pathStyle } = target;
  const places = [
    s3Link({ bucket, region, ...(endpoint !== undefined && { endpoint, pathStyle }) }, key.prefix as ObjectKey),
    s3Link({ bucket, region, pathStyle: false }, key.prefix as ObjectKey),
  ];
  return (url, document) =>
    parseFileLink(bases, url) === document ||
    places.some((place) => url.startsWith(place) && url.length > place.length);
}

/** Hosts that a URL may lead to when it is put back: those that are read from, and our own. */
export type IsKnownHost = (host: string) => boolean;

/** Whether a rollback file is believed, by what this catalog and the record itself know of a document. */
type Evidence = {
  /** Original URLs that the catalog knows or has known; undefined for a document that it does not know. */
  readonly originals: ReadonlySet<string> | undefined;
  readonly isOurs: IsOurs;
  readonly isKnownHost: IsKnownHost;
};

/** Our own addresses, the hosts of `source.hosts`, and S3 itself, where the vendor's files lie unless configured. */
export function isKnownHostFor({ link, source, target }: MigrationConfig): IsKnownHost {
  const bases = [link.baseUrl, ...link.formerBaseUrls, target.endpoint].filter((url) => url !== undefined);
  const hosts = new Set(
    [...Object.keys(source.hosts), ...bases.map((url) => new URL(url).host)].map((host) => host.toLowerCase()),
  );
  return (host) => hosts.has(host) || /(^|\.)amazonaws\.com(\.cn)?$/.test(host);
}

/** Batches over the records of a rollback file, those of one account side by side. */
export async function* fileBatches(
  catalog: CatalogReader,
  records: readonly RollbackRecord[],
  {
    accounts,
    isOurs,
    isKnownHost,
    progress,
  }: {
    readonly accounts: readonly (AccountId | null)[] | undefined;
    readonly isOurs: IsOurs;
    readonly isKnownHost: IsKnownHost;
    readonly progress: Batching['progress'];
  },
  size: () => number,
): AsyncGenerator<Intent[]> {
  type Known = {
    readonly record: RollbackRecord;
    readonly revision: number;
    readonly account: AccountId | null;
    readonly evidence: Evidence;
  };
  const known: Known[] = [];
  for (const record of records) {
    const document = await catalog.document(record.document);
    const account = document?.accountId ?? null;
    if (accounts !== undefined && !accounts.includes(account)) continue;
    const originals = document === undefined ? undefined : await originalsOf(catalog, document, isOurs);
    known.push({ record, revision: document?.revision ?? 1, account, evidence: { originals, isOurs, isKnownHost } });
  }
  progress?.totalIs(known.length);
  known.sort((a, b) => ((a.account ?? '') < (b.account ?? '') ? -1 : a.account === b.account ? 0 : 1));
  let batch: Intent[] = [];
  for (const { record, revision, evidence } of known) {
    batch.push(intentOf(record, revision, evidence));
    if (batch.length >= size()) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** What the predecessor wrote is no original: a catalog that found nothing else on the record knows of none. */
async function originalsOf(
  catalog: CatalogReader,
  document: { readonly id: DocumentId; readonly originalUrl: string },
  isOurs: IsOurs,
): Promise<ReadonlySet<string> | undefined> {
  const rows = await catalog.journalOf(document.id);
  const urls = [document.originalUrl, ...rows.flatMap(({ before, after }) => [before.url, after.originalUrl ?? ''])];
  const originals = new Set(urls.filter((url) => url !== '' && !isOurs(url, document.id)));
  return originals.size === 0 ? undefined : originals;
}

function intentOf(record: RollbackRecord, revision: number, evidence: Evidence): Intent {
  const { document, originalUrl, written } = record;
  const { isOurs } = evidence;
  return {
    document,
    revision,
    expects: (now: LinkValues) =>
      (written === undefined ? isOurs(now.url, document) : sameLinks(now, written)) &&
      mayRestore(record, now, evidence),
    after: (now) => ({ ...now, url: originalUrl }),
  };
}

/**
 * A file can be old, of somebody else's making, or edited. What it puts back must be an address that users can open, and
 * the one that the record (its original URL is a user's newest file) and the catalog, as far as they know one, name.
 */
function mayRestore({ document, originalUrl }: RollbackRecord, now: LinkValues, evidence: Evidence): boolean {
  const { originals, isOurs, isKnownHost } = evidence;
  // the file of a rollback puts our own link back
  if (isOurs(originalUrl, document)) return true;
  const url = URL.canParse(originalUrl) ? new URL(originalUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return false;
  if (now.originalUrl !== null && now.originalUrl !== originalUrl) return false;
  if (originals !== undefined) return originals.has(originalUrl);
  return now.originalUrl === originalUrl || isKnownHost(url.host);
}
