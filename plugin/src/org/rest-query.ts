import { documentId, type DocumentId } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import { dataPath, type OrgClient, type OrgRequest } from './client.ts';
import { cellsOf, documentOf, documentQuery, type DocumentColumns } from './document-columns.ts';
import type { FieldValues, Row } from './port.ts';
import type { OrgDocument } from '../model/document.ts';
import { textOf } from './row.ts';

/** Ids in one GET at most. */
const IDS_PER_QUERY = 400;
/** Salesforce takes 16,384 bytes as a URL, the percent-encoded query in it: some are left for what stands before it. */
const LONGEST_QUERY = 14_000;
/** Ids in one retrieve by POST: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm */
const IDS_PER_RETRIEVE = 2000;

/** Which REST resource answers: `queryAll` also sees the recycle bin, `tooling/query` the org's own set-up. */
export type QueryResource = 'query' | 'queryAll' | 'tooling/query';

/** What else a query may say. */
export type QueryOptions = { readonly resource?: QueryResource } & Pick<OrgRequest, 'hopeless'>;

/** All rows of a query, page after page. */
export async function* restQuery(
  client: OrgClient,
  soql: string,
  { resource = 'query', ...request }: QueryOptions = {},
): AsyncGenerator<Row> {
  let rows = 0;
  let path: string | undefined = dataPath(client.session.apiVersion, `${resource}?q=${encodeURIComponent(soql)}`);
  while (path !== undefined) {
    const page = (await client.json({ path, ...request })) as QueryPage;
    yield* page.records;
    rows += page.records.length;
    path = page.done ? undefined : page.nextRecordsUrl;
    if (path === undefined && rows < page.totalSize) throw cutShort(rows, page.totalSize);
  }
}

/** All rows at once, of a query that can only have few. */
export async function fewRows(client: OrgClient, soql: string, resource?: QueryResource): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of restQuery(client, soql, resource === undefined ? {} : { resource })) rows.push(row);
  return rows;
}

/** The number that a `SELECT COUNT()` answers. */
export async function restCount(
  client: OrgClient,
  soql: string,
  { resource = 'query', ...request }: QueryOptions = {},
): Promise<number> {
  const path = dataPath(client.session.apiVersion, `${resource}?q=${encodeURIComponent(soql)}`);
  return ((await client.json({ path, ...request })) as QueryPage).totalSize;
}

export async function* readDocuments(
  client: OrgClient,
  columns: DocumentColumns,
  ids: readonly DocumentId[],
): AsyncGenerator<readonly OrgDocument[]> {
  for (const some of chunks(ids, idsPerQuery(columns, ids))) {
    const documents: OrgDocument[] = [];
    for await (const row of restQuery(client, documentQuery(columns, { ids: some }), { resource: 'queryAll' })) {
      documents.push(documentOf(columns, cellsOf(columns, row)));
    }
    yield documents;
  }
}

/** As many ids as fit beside the columns and the configured condition. */
function idsPerQuery(columns: DocumentColumns, ids: readonly DocumentId[]): number {
  const length = (some: readonly DocumentId[]): number =>
    // an apostrophe becomes three letters too, once the query stands in a URL
    encodeURIComponent(documentQuery(columns, { ids: some })).replaceAll("'", '%27').length;
  const one = length(ids.slice(0, 1));
  const each = Math.max(1, length([...ids.slice(0, 1), ...ids.slice(0, 1)]) - one);
  return Math.min(IDS_PER_QUERY, 1 + Math.max(0, Math.floor((LONGEST_QUERY - one) / each)));
}

/**
 * Current values of fields by id.
 * @param fields names to answer under, each with the API name as the org writes it
 */
export async function readValues(
  client: OrgClient,
  object: string,
  ids: readonly DocumentId[],
  fields: ReadonlyMap<string, string>,
): Promise<Map<DocumentId, FieldValues>> {
  const values = new Map<DocumentId, FieldValues>();
  const path = dataPath(client.session.apiVersion, `composite/sobjects/${object}`);
  for (const some of chunks(ids, IDS_PER_RETRIEVE)) {
    const body = { ids: some, fields: [...new Set(['Id', ...fields.values()])] };
    const rows = (await client.json({ method: 'POST', path, body, repeatable: true })) as (FieldValues | null)[];
    for (const row of rows) {
      // null: there is no such record, or not for this user.
      if (row === null) continue;
      values.set(
        documentId(textOf(row.Id)),
        Object.fromEntries(Array.from(fields, ([asked, name]) => [asked, row[name] ?? null])),
      );
    }
  }
  return values;
}

/** What is absent from an answer counts as deleted: a chain of pages that ends early must not pass for all of them. */
function cutShort(rows: number, found: number): Failure {
  return new Failure(`The pages of a query end after ${rows} of the ${found} rows that Salesforce found.`, {
    code: 'query-incomplete',
  });
}

type QueryPage = {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly Row[];
};

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
