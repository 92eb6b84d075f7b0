import { urlKind, type UrlKind } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import type { OrgClient } from './client.ts';
import type { DocumentColumns } from './document-columns.ts';
import type { FieldDescription } from './org-facts.ts';
import type { DocumentBatch, OrgCounts, TallyRequest } from './port.ts';
import { restCount, type QueryResource } from './rest-query.ts';
import { soqlText, soqlTime, soqlWhere } from './soql.ts';

/** What is counted, and by whom. */
export type Tallied = {
  readonly client: OrgClient;
  readonly columns: DocumentColumns;
  readonly url: FieldDescription;
  /** Our key field, when this user sees it. */
  readonly key: string | undefined;
  /** All documents, those in the recycle bin with `deleted: true`. */
  readonly stream: () => AsyncIterable<DocumentBatch>;
};

/** What the org answers when counting by a condition without index takes it too long: two minutes a try. */
export const TOO_LARGE: readonly FailureCode[] = [
  'org-query-timeout',
  'org-operation-too-large',
  'org-exceeded-id-limit',
];

/** See `Org.tallyDocuments`. */
export async function countDocuments(tallied: Tallied, request: TallyRequest): Promise<OrgCounts> {
  const withKey = await orUndefined(() => countKeys(tallied));
  const byOrg = tallied.url.filterable ? await orUndefined(() => countByOrg(tallied, request)) : undefined;
  if (byOrg !== undefined) return { ...byOrg, withKey, counted: 'by-org' };
  return { ...(await countOneByOne(tallied, request)), withKey, counted: 'one-by-one' };
}

type Counted = Pick<OrgCounts, 'documents' | 'urls' | 'inRecycleBin' | 'writtenSince'>;

async function countByOrg(tallied: Tallied, { ours, originals, since }: TallyRequest): Promise<Counted> {
  const url = tallied.url.name;
  const documents = await count(tallied, []);
  const empty = await count(tallied, [`${url} = null`]);
  const our = likeAny(url, ours);
  const notOurs = our === undefined ? [] : [`(NOT ${our})`];
  const linked = our === undefined ? 0 : await count(tallied, [our]);
  const vendor = likeAny(url, [...originals]);
  const original = vendor === undefined ? 0 : await count(tallied, [vendor, ...notOurs]);
  return {
    documents,
    urls: { original, ours: linked, other: documents - empty - linked - original, empty },
    inRecycleBin: await count(tallied, ['IsDeleted = true'], 'queryAll'),
    writtenSince:
      since === undefined ? undefined : await count(tallied, [`SystemModstamp >= ${soqlTime(since)}`, ...notOurs]),
  };
}

async function countOneByOne({ stream }: Tallied, { onRead, since, ...beginnings }: TallyRequest): Promise<Counted> {
  const urls: Record<UrlKind, number> = { original: 0, ours: 0, other: 0, empty: 0 };
  let documents = 0;
  let inRecycleBin = 0;
  let written = 0;
  for await (const batch of stream()) {
    for (const { deleted, url, systemModstamp } of batch.documents) {
      if (deleted) {
        inRecycleBin++;
        continue;
      }
      documents++;
      const kind = urlKind(url, beginnings);
      urls[kind]++;
      if (kind !== 'ours' && since !== undefined && systemModstamp >= since) written++;
    }
    onRead?.(documents);
  }
  return { documents, urls, inRecycleBin, writtenSince: since === undefined ? undefined : written };
}

async function countKeys(tallied: Tallied): Promise<number | undefined> {
  return tallied.key === undefined ? undefined : count(tallied, [`${tallied.key} != null`]);
}

function count(
  { client, columns }: Tallied,
  conditions: readonly string[],
  resource: QueryResource = 'query',
): Promise<number> {
  const soql = `SELECT COUNT() FROM ${columns.object}${soqlWhere([...conditions, ...columns.where])}`;
  return restCount(client, soql, { resource, hopeless: TOO_LARGE });
}

/** LIKE knows no case, and takes `%` and `_` for wildcards. */
function likeAny(field: string, beginnings: readonly string[]): string | undefined {
  if (beginnings.length === 0) return undefined;
  const conditions = beginnings.map((beginning) => {
    const literal = soqlText(beginning);
    return `${field} LIKE ${literal.slice(0, -1).replaceAll(/[%_]/g, String.raw`\$&`)}%'`;
  });
  return `(${conditions.join(' OR ')})`;
}

/** Undefined where the org would take too long. */
export async function orUndefined<T>(counting: () => Promise<T>): Promise<T | undefined> {
  try {
    return await counting();
  } catch (error) {
    if (error instanceof Failure && TOO_LARGE.includes(error.code)) return undefined;
    throw error;
  }
}
