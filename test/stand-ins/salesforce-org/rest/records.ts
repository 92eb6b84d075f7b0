import { fieldAccess, sees } from '../access/permissions.ts';
import { ApiError } from '../http/api-error.ts';
import { apiRoute, type Answer, type Route, type SessionCall } from '../http/router.ts';
import { canonicalId } from '../objects/record-id.ts';
import type { FieldDescription } from '../objects/description.ts';
import { fieldOf, type ObjectMeta } from '../objects/schema.ts';
import { createRecord, deleteRecord, updateRecord, upsertRecord } from '../records/save.ts';
import type { SaveResult } from '../records/save-result.ts';
import { attributes } from '../soql/records.ts';
import { toColumn, toJson, type RecordInput, type Row } from '../store/field-values.ts';
import { visibleObject } from './describe.ts';

export function recordInput(value: unknown): RecordInput {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RecordInput;
  throw new ApiError(400, 'JSON_PARSER_ERROR', 'A record is a JSON object');
}

const notFound = (): ApiError => new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');

/** A record by id: sharing is asked, restriction rules are not (they are documented for SOQL). */
function retrieve(call: SessionCall, meta: ObjectMeta): Row {
  const { org, user } = call;
  const row = org.store.get(meta, canonicalId(call.params.id ?? '') ?? '');
  if (!row) throw notFound();
  if (!meta.setup && !sees(user, meta, row, (id) => org.store.isShared(id, user.id))) throw notFound();
  if (row.IsDeleted === 1) throw new ApiError(404, 'ENTITY_IS_DELETED', 'entity is deleted');
  return row;
}

function readable(call: SessionCall, meta: ObjectMeta, name: string): FieldDescription {
  const field = fieldOf(meta, name);
  if (field && (field.type === 'id' || fieldAccess(call.user, meta, field) !== 'none')) return field;
  throw new ApiError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${meta.name}`);
}

function answerRetrieve(call: SessionCall): Answer {
  const meta = visibleObject(call);
  const row = retrieve(call, meta);
  const asked = call.url.searchParams.get('fields')?.split(',').filter(Boolean);
  const fields = asked
    ? asked.map((name) => readable(call, meta, name))
    : meta.fields.filter((field) => field.type === 'id' || fieldAccess(call.user, meta, field) !== 'none');
  const id = String(row.Id);
  const values = fields.map((field) => [
    field.name,
    field.type === 'base64'
      ? `/services/data/v${call.version}.0/sobjects/${meta.name}/${id}/${field.name}`
      : toJson(field, row[field.name] ?? null),
  ]);
  return {
    status: 200,
    json: { attributes: attributes(meta, id, call.version), ...(Object.fromEntries(values) as object) },
  };
}

function answerBlob(call: SessionCall): Answer {
  const meta = visibleObject(call);
  const field = readable(call, meta, call.params.field ?? '');
  if (field.type !== 'base64') throw notFound();
  const value = retrieve(call, meta)[field.name];
  if (!Buffer.isBuffer(value)) throw notFound();
  return { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, bytes: value };
}

/** The answer to a save of one record: 201 or 204, or the errors under their status. */
function answerSave(result: SaveResult, onSuccess: Answer): Answer {
  if (result.success) return onSuccess;
  const [first] = result.errors;
  const gone = first.statusCode === 'INVALID_CROSS_REFERENCE_KEY' && first.fields.length === 0;
  if (gone) throw notFound();
  const status =
    first.statusCode === 'ENTITY_IS_DELETED' ? 404 : first.statusCode.startsWith('INSUFFICIENT_ACCESS') ? 403 : 400;
  const json = result.errors.map(({ statusCode, message, fields }) => ({
    message,
    errorCode: statusCode,
    ...(fields.length > 0 ? { fields } : {}),
  }));
  return { status, json };
}

async function answerCreate(call: SessionCall): Promise<Answer> {
  const meta = visibleObject(call);
  const input = recordInput(await call.json());
  if (meta.event) return publish(call, meta, input);
  const result = call.org.store.transaction(() => createRecord(call, meta, input));
  return answerSave(result, { status: 201, json: { id: result.id, success: true, errors: [] } });
}

function publish(call: SessionCall, meta: ObjectMeta, input: RecordInput): Answer {
  const payload: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const field = readable(call, meta, name);
    payload[field.name] = toJson(field, toColumn(field, value));
  }
  const { id } = call.org.events.publish(meta.name, payload, call.org.now());
  return { status: 201, json: { id, success: true, errors: [] } };
}

async function answerUpsert(call: SessionCall): Promise<Answer> {
  const meta = visibleObject(call);
  const key = fieldOf(meta, call.params.key ?? '');
  if (!key?.externalId) throw notFound();
  const input = recordInput(await call.json());
  const choices = severalOf(call, meta, key);
  if (choices !== undefined) return choices;
  const result = call.org.store.transaction(() =>
    upsertRecord(call, meta, { field: key, value: call.params.value ?? '' }, input),
  );
  const created = result.success && result.created;
  return answerSave(result, {
    status: created ? 201 : 200,
    json: { id: result.id, success: true, errors: [], created },
  });
}

/** An external id that several records have names none of them: 300 with their addresses. */
function severalOf(call: SessionCall, meta: ObjectMeta, key: FieldDescription): Answer | undefined {
  const rows = call.org.store.findBy(meta, key, toColumn(key, call.params.value));
  if (rows.length < 2) return undefined;
  const path = `/services/data/v${call.version}.0/sobjects/${meta.name}`;
  return { status: 300, json: rows.map((row) => `${path}/${String(row.Id)}`) };
}

function answerByKey(call: SessionCall): Answer {
  const meta = visibleObject(call);
  const key = fieldOf(meta, call.params.key ?? '');
  if (!key?.externalId) throw notFound();
  const choices = severalOf(call, meta, key);
  if (choices !== undefined) return choices;
  const [row] = call.org.store.findBy(meta, key, toColumn(key, call.params.value));
  if (!row) throw notFound();
  return answerRetrieve({ ...call, params: { ...call.params, id: String(row.Id) } });
}

/** Single records: read, create, change, delete, upsert by external id; publishing an event is creating one. */
export const recordRoutes: readonly Route[] = [
  apiRoute('POST', '/sobjects/:object', 'record.create', answerCreate),
  apiRoute('GET', '/sobjects/:object/:id', 'record.read', answerRetrieve),
  apiRoute('PATCH', '/sobjects/:object/:id', 'record.update', async (call) => {
    const meta = visibleObject(call);
    const input = recordInput(await call.json());
    const result = call.org.store.transaction(() => updateRecord(call, meta, call.params.id ?? '', input));
    return answerSave(result, { status: 204 });
  }),
  apiRoute('DELETE', '/sobjects/:object/:id', 'record.delete', (call) =>
    answerSave(deleteRecord(call, visibleObject(call), call.params.id ?? ''), { status: 204 }),
  ),
  apiRoute('PATCH', '/sobjects/:object/:key/:value', 'record.upsert', answerUpsert),
  apiRoute('GET', '/sobjects/ContentVersion/:id/:field', 'record.blob', (call) =>
    answerBlob({ ...call, params: { ...call.params, object: 'ContentVersion' } }),
  ),
  apiRoute('GET', '/sobjects/:object/:key/:value', 'record.readByKey', answerByKey),
];
