import { documentId, type DocumentId } from '@file-migration/config';
import { dataPath, type OrgClient, type OrgRequest } from './client.ts';
import { cellsOf, documentOf, documentQuery, type DocumentColumns } from './document-columns.ts';
import type { FieldValues, Row } from './port.ts';
import type { OrgDocument } from '../model/document.ts';
import { textOf } from './row.ts';

/** Ids in one GET: their percent-encoded form stays below the 16,384 bytes that Salesforce takes as a URL. */
const IDS_PER_QUERY = 400;
/** Ids in one retrieve by POST: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm */
const IDS_PER_RETRIEVE = 2000;

/** Which REST resource answers: `queryAll` also sees the recycle bin, `tooling/query` the org's own set-up. */
export type QueryResource = 'query' | 'queryAll' | 'tooling/query';

/** All rows of a query, page after page. */
export async function* restQuery(
  client: OrgClient,
  soql: string,
  resource: QueryResource = 'query',
): AsyncGenerator<Row> {
  let path: string | undefined = dataPath(client.session.apiVersion, `${resource}?q=${encodeURIComponent(soql)}`);
  while (path !== undefined) {
    const page = (await client.json({ path })) as QueryPage;
    yield* page.records;
    path = page.done ? undefined : page.nextRecordsUrl;
  }
}

/** All rows at once, of a query that can only have few. */
export async function fewRows(client: OrgClient, soql: string, resource?: QueryResource): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of restQuery(client, soql, resource)) rows.push(row);
  return rows;
}

/** The number that a `SELECT COUNT()` answers. */
export async function restCount(
  client: OrgClient,
  soql: string,
  { resource = 'query', ...request }: { resource?: QueryResource } & Pick<OrgRequest, 'hopeless'> = {},
): Promise<number> {
  const path = dataPath(client.session.apiVersion, `${resource}?q=${encodeURIComponent(soql)}`);
  return ((await client.json({ path, ...request })) as QueryPage).totalSize;
}

export async function* readDocuments(
  client: OrgClient,
  columns: DocumentColumns,
  ids: readonly DocumentId[],
): AsyncGenerator<readonly OrgDocument[]> {
  for (const some of chunks(ids, IDS_PER_QUERY)) {
    const documents: OrgDocument[] = [];
    for await (const row of restQuery(client, documentQuery(columns, { ids: some }), 'queryAll')) {
      documents.push(documentOf(columns, cellsOf(columns, row)));
    }
    yield documents;
  }
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

type QueryPage = {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly Row[];
};

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
