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
import type { UpdateProgress } from '../jobs/update-progress.ts';
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

/** Batches over the records of a rollback file, those of one account side by side. */
export async function* fileBatches(
  catalog: CatalogReader,
  records: readonly RollbackRecord[],
  {
    accounts,
    isOurs,
    progress,
  }: {
    readonly accounts: readonly (AccountId | null)[] | undefined;
    readonly isOurs: IsOurs;
    readonly progress: UpdateProgress | undefined;
  },
  size: () => number,
): AsyncGenerator<Intent[]> {
  const known: { readonly record: RollbackRecord; readonly revision: number; readonly account: AccountId | null }[] =
    [];
  for (const record of records) {
    const document = await catalog.document(record.document);
    const account = document?.accountId ?? null;
    if (accounts !== undefined && !accounts.includes(account)) continue;
    known.push({ record, revision: document?.revision ?? 1, account });
  }
  progress?.totalIs(known.length);
  known.sort((a, b) => ((a.account ?? '') < (b.account ?? '') ? -1 : a.account === b.account ? 0 : 1));
  let batch: Intent[] = [];
  for (const { record, revision } of known) {
    batch.push(intentOf(record, revision, isOurs));
    if (batch.length >= size()) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function intentOf({ document, originalUrl, written }: RollbackRecord, revision: number, isOurs: IsOurs): Intent {
  return {
    document,
    revision,
    expects: (now: LinkValues) => (written === undefined ? isOurs(now.url, document) : sameLinks(now, written)),
    after: (now) => ({ ...now, url: originalUrl }),
  };
}
