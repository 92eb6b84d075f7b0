import { mayEdit, objectAccess } from '../access/permissions.ts';
import type { User } from '../access/users.ts';
import { canonicalId } from '../objects/record-id.ts';
import type { FieldDescription } from '../objects/description.ts';
import type { ObjectMeta } from '../objects/schema.ts';
import type { Org } from '../org.ts';
import { FieldError, type RecordInput, type Row } from '../store/field-values.ts';
import { columnsToWrite } from './input.ts';
import { refused, saved, type SaveResult } from './save-result.ts';

/** Who saves, and where. */
export type Saver = { readonly org: Org; readonly user: User };

/** Creates a record as the user, with all that a save checks and fires. */
export function createRecord({ org, user }: Saver, meta: ObjectMeta, input: RecordInput): SaveResult {
  if (meta.setup || !objectAccess(user, meta).create) {
    return refused(undefined, 'INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id');
  }
  return answering(undefined, () => {
    const row = columnsToWrite({ store: org.store, user }, meta, input, 'create');
    const missing = meta.fields.find(
      (field) => field.required && row[field.name] == null && !('defaultValue' in field),
    );
    if (missing) {
      return refused(undefined, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.name}]`, [
        missing.name,
      ]);
    }
    const twin = duplicateOf(org, meta, row, undefined);
    if (twin) return twin;
    const refusal = org.rules.refusal(meta, { before: undefined, after: row, user });
    if (refusal) return refusal;
    const id = org.store.insert(meta, row, user);
    org.rules.fire(meta, { before: undefined, after: { ...row, Id: id }, user });
    return saved(id, true);
  });
}

/** Changes a record as the user. */
export function updateRecord({ org, user }: Saver, meta: ObjectMeta, id: string, input: RecordInput): SaveResult {
  const search = findForWrite(org, meta, id, user);
  if (search.refusal) return search.refusal;
  const found = search.row;
  const recordId = String(found.Id);
  return answering(recordId, () => {
    const changes = columnsToWrite({ store: org.store, user }, meta, input, 'update');
    const after = { ...found, ...changes };
    const twin = duplicateOf(org, meta, changes, recordId);
    if (twin) return twin;
    const refusal = org.rules.refusal(meta, { before: found, after, user });
    if (refusal) return refusal;
    org.store.update(meta, recordId, changes, user);
    org.rules.fire(meta, { before: found, after, user });
    return saved(recordId, false);
  });
}

/** Creates or changes the record whose external id has this value. */
export function upsertRecord(
  saver: Saver,
  meta: ObjectMeta,
  { field: key, value }: { readonly field: FieldDescription; readonly value: string },
  input: RecordInput,
): SaveResult {
  if (key.type === 'id') {
    return value === '' ? createRecord(saver, meta, input) : updateRecord(saver, meta, value, input);
  }
  if (value === '') {
    return refused(undefined, 'MISSING_ARGUMENT', `${key.name} not specified`, [key.name]);
  }
  const [first, second] = saver.org.store.findBy(meta, key, value);
  if (second) {
    return refused(
      undefined,
      'DUPLICATE_EXTERNAL_ID',
      `${key.name}: more than one record found for external id field`,
      [key.name],
    );
  }
  if (!first) return createRecord(saver, meta, { ...input, [key.name]: value });
  return updateRecord(saver, meta, String(first.Id), input);
}

/** Into the recycle bin; `hard` skips it. */
export function deleteRecord({ org, user }: Saver, meta: ObjectMeta, id: string, hard = false): SaveResult {
  if (!objectAccess(user, meta).delete) {
    return refused(id, 'INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id');
  }
  const search = findForWrite(org, meta, id, user);
  if (search.refusal) return search.refusal;
  const recordId = String(search.row.Id);
  if (hard) org.store.erase(meta, recordId);
  else org.store.setDeleted(meta, recordId, true, user);
  return saved(recordId, false);
}

type Search = { readonly row: Row; readonly refusal?: undefined } | { readonly refusal: SaveResult };

function findForWrite(org: Org, meta: ObjectMeta, id: string, user: User): Search {
  const recordId = canonicalId(id);
  if (recordId === undefined) return { refusal: refused(id, 'MALFORMED_ID', `bad id ${id}`, ['Id']) };
  const row = org.store.get(meta, recordId);
  if (!row) return { refusal: refused(recordId, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id') };
  if (row.IsDeleted === 1) return { refusal: refused(recordId, 'ENTITY_IS_DELETED', 'entity is deleted') };
  if (!meta.setup && mayEdit(user, meta, row, (record) => org.store.isShared(record, user.id))) return { row };
  const message = 'insufficient access rights on object id';
  return { refusal: refused(recordId, 'INSUFFICIENT_ACCESS_OR_READONLY', message) };
}

function duplicateOf(org: Org, meta: ObjectMeta, row: Row, own: string | undefined): SaveResult | undefined {
  for (const field of meta.fields) {
    const value = row[field.name];
    if (!field.unique || value === undefined || value === null) continue;
    const twin = org.store.findBy(meta, field, value).find((other) => other.Id !== own);
    if (!twin) continue;
    const message = `duplicate value found: ${field.name} duplicates value on record with id: ${String(twin.Id)}`;
    return refused(own, 'DUPLICATE_VALUE', message, [field.name]);
  }
  return undefined;
}

function answering(id: string | undefined, work: () => SaveResult): SaveResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof FieldError) return refused(id, error.code, error.message, [error.field]);
    throw error;
  }
}
