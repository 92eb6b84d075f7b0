import { z } from 'zod';
import { fieldAccess } from '../access/permissions.ts';
import { ApiError } from '../http/api-error.ts';
import { apiRoute, type Answer, type Route, type SessionCall } from '../http/router.ts';
import { canonicalId } from '../objects/record-id.ts';
import { fieldOf, type ObjectMeta } from '../objects/schema.ts';
import { createRecord, deleteRecord, updateRecord, upsertRecord } from '../records/save.ts';
import { refused, type SaveResult } from '../records/save-result.ts';
import { compileQuery } from '../soql/compile.ts';
import { recordOf, selectList } from '../soql/records.ts';
import type { RecordInput } from '../store/field-values.ts';
import { visibleObject } from './describe.ts';

const MOST_RECORDS = 200;

const bodySchema = z.object({
  allOrNone: z.boolean().optional(),
  records: z.array(z.looseObject({ attributes: z.looseObject({ type: z.string() }).optional() })),
});
type Collection = z.infer<typeof bodySchema>;

async function collectionOf(call: SessionCall): Promise<Collection> {
  const body = bodySchema.safeParse(await call.json());
  if (!body.success) throw new ApiError(400, 'JSON_PARSER_ERROR', z.prettifyError(body.error));
  refuseTooMany(body.data.records.length);
  return body.data;
}

function refuseTooMany(count: number): void {
  if (count > MOST_RECORDS) {
    throw new ApiError(
      400,
      'EXCEEDED_ID_LIMIT',
      `record limit reached. cannot submit more than ${MOST_RECORDS} records in this call`,
    );
  }
}

/** Results in the order of the records; all or none when so asked. */
function saveAll(call: SessionCall, allOrNone: boolean, saves: readonly (() => SaveResult)[], upserts = false): Answer {
  const { store } = call.org;
  let results: SaveResult[] = [];
  const work = (): void => {
    results = saves.map((save) => save());
    if (allOrNone && results.some((result) => !result.success)) throw new RollBack();
  };
  try {
    store.transaction(work);
  } catch (error) {
    if (!(error instanceof RollBack)) throw error;
    results = results.map((result) =>
      result.success
        ? refused(
            result.id,
            'ALL_OR_NONE_OPERATION_ROLLED_BACK',
            'Record rolled back because not all records were valid and the request was using AllOrNone header',
          )
        : result,
    );
  }
  // an upsert says of every row whether it was created, of refused ones too
  const created = (result: SaveResult) => (upserts ? { created: result.success && result.created } : {});
  return { status: 200, json: results.map((result) => ({ ...resultJson(result), ...created(result) })) };
}

class RollBack extends Error {}

function resultJson(result: SaveResult): Record<string, unknown> {
  const { id, success, errors } = result;
  return { ...(id === undefined ? {} : { id }), success, errors };
}

function typeOf(call: SessionCall, record: RecordInput): ObjectMeta | undefined {
  const { type } = (record.attributes ?? {}) as { type?: string };
  return call.org.schema.find(type ?? '');
}

const unknownType = (): SaveResult => refused(undefined, 'INVALID_TYPE', 'sObject type is not supported');

/** Up to 200 records a call: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
export const collectionRoutes: readonly Route[] = [
  apiRoute('POST', '/composite/sobjects', 'collection.create', async (call) => {
    const { records, allOrNone } = await collectionOf(call);
    const saves = records.map((record) => () => {
      const meta = typeOf(call, record);
      return meta ? createRecord(call, meta, record) : unknownType();
    });
    return saveAll(call, allOrNone ?? false, saves);
  }),
  apiRoute('PATCH', '/composite/sobjects', 'collection.update', async (call) => {
    const { records, allOrNone } = await collectionOf(call);
    const saves = records.map((record) => () => {
      const meta = typeOf(call, record);
      const id = record.Id ?? record.id;
      if (!meta) return unknownType();
      if (typeof id !== 'string') return refused(undefined, 'MISSING_ARGUMENT', 'Id not specified in an update call');
      return updateRecord(call, meta, id, record);
    });
    return saveAll(call, allOrNone ?? false, saves);
  }),
  apiRoute('DELETE', '/composite/sobjects', 'collection.delete', (call) => {
    const ids = (call.url.searchParams.get('ids') ?? '').split(',').filter(Boolean);
    refuseTooMany(ids.length);
    const saves = ids.map((id) => () => {
      const meta = call.org.schema.byKeyPrefix(id);
      return meta ? deleteRecord(call, meta, id) : refused(id, 'MALFORMED_ID', `malformed id ${id}`);
    });
    return saveAll(call, call.url.searchParams.get('allOrNone') === 'true', saves);
  }),
  apiRoute('PATCH', '/composite/sobjects/:object/:key', 'collection.upsert', async (call) => {
    const meta = visibleObject(call);
    const key = fieldOf(meta, call.params.key ?? '');
    if (!key || !(key.externalId || key.type === 'id')) {
      throw new ApiError(400, 'INVALID_FIELD', `${call.params.key ?? ''} is no external id of ${meta.name}`);
    }
    const { records, allOrNone } = await collectionOf(call);
    const saves = records.map((record) => () => {
      const { [key.name]: value, ...rest } = record as RecordInput;
      const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
      return upsertRecord(call, meta, { field: key, value: text }, rest);
    });
    return saveAll(call, allOrNone ?? false, saves, true);
  }),
  apiRoute('POST', '/composite/sobjects/:object', 'collection.read', retrieveMany),
  apiRoute('GET', '/composite/sobjects/:object', 'collection.read', retrieveMany),
];

const retrieveSchema = z.object({ ids: z.array(z.string()), fields: z.array(z.string()) });

/** Records by id in the order asked, null for those that are not there or not to be seen. */
async function retrieveMany(call: SessionCall): Promise<Answer> {
  const meta = visibleObject(call);
  const { searchParams } = call.url;
  const given =
    call.method === 'GET'
      ? { ids: (searchParams.get('ids') ?? '').split(','), fields: (searchParams.get('fields') ?? '').split(',') }
      : await call.json();
  const body = retrieveSchema.safeParse(given);
  if (!body.success) throw new ApiError(400, 'JSON_PARSER_ERROR', z.prettifyError(body.error));
  if (body.data.ids.length > 2000) throw new ApiError(400, 'EXCEEDED_ID_LIMIT', 'at most 2000 ids in one call');
  const { org, user } = call;
  const query = compileQuery(
    {
      fields: body.data.fields.map((field) => ({ type: 'Field', field })),
      sObject: meta.name,
      where: {
        left: {
          field: 'Id',
          operator: 'IN',
          value: body.data.ids.map((id) => `'${canonicalId(id) ?? ''}'`),
          literalType: 'STRING',
        },
      },
    },
    {
      schema: org.schema,
      // no restriction rules here: they are documented for SOQL
      viewer: org.viewer({ ...user, restrictionRules: [] }),
      includeDeleted: false,
      now: org.now(),
    },
  );
  const rows = org.store.rows(
    `SELECT ${selectList(query)} FROM ${query.tables} WHERE ${query.where.text}`,
    query.where.params,
  );
  const byId = new Map(rows.map((row) => [row.at(-2), recordOf(query, row, call.version)]));
  for (const name of body.data.fields) {
    const field = fieldOf(meta, name);
    if (field && field.type !== 'id' && fieldAccess(user, meta, field) === 'none') {
      throw new ApiError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${meta.name}`);
    }
  }
  return { status: 200, json: body.data.ids.map((id) => byId.get(canonicalId(id) ?? '') ?? null) };
}
