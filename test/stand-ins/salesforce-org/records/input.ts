import { fieldAccess } from '../access/permissions.ts';
import type { User } from '../access/users.ts';
import type { FieldDescription } from '../objects/description.ts';
import { fieldOf, type ObjectMeta } from '../objects/schema.ts';
import { FieldError, toColumn, type RecordInput, type Row } from '../store/field-values.ts';
import type { Store } from '../store/store.ts';

/** The columns that a caller's record writes; throws FieldError for what they may not or cannot write. */
export function columnsToWrite(
  { store, user }: { readonly store: Store; readonly user: User },
  meta: ObjectMeta,
  input: RecordInput,
  action: 'create' | 'update',
): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(input)) {
    const lower = name.toLowerCase();
    if (lower === 'attributes' || lower === 'id') continue;
    const relationship = meta.relationships.get(lower.split('.')[0] ?? '');
    if (relationship && !meta.fieldsByName.has(lower)) {
      row[relationship.name] = referenced(store, relationship, name, value);
      continue;
    }
    const field = fieldOf(meta, name);
    if (!field || fieldAccess(user, meta, field) === 'none') throw noSuchColumn(meta, name);
    if (!mayWrite(user, meta, field, action)) {
      throw new FieldError(
        'INVALID_FIELD_FOR_INSERT_UPDATE',
        field.name,
        `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      );
    }
    row[field.name] = toColumn(field, value);
    if (field.type === 'reference' && value) refuseDangling(store, field, String(row[field.name]));
  }
  return row;
}

function mayWrite(user: User, meta: ObjectMeta, field: FieldDescription, action: 'create' | 'update'): boolean {
  const able = action === 'create' ? field.createable : field.updateable;
  return able !== false && field.calculated !== true && fieldAccess(user, meta, field) === 'edit';
}

function noSuchColumn(meta: ObjectMeta, name: string): FieldError {
  return new FieldError('INVALID_FIELD', name, `No such column '${name}' on sobject of type ${meta.name}`);
}

/** `Run__r: { External_Id__c: 'x' }` in JSON, or a CSV column `Run__r.External_Id__c`. */
function referenced(store: Store, relationship: FieldDescription, name: string, value: unknown): string | null {
  if (value === null || value === '') return null;
  const target = store.schema.get(relationship.referenceTo?.[0] ?? '');
  const [path, given] = name.includes('.')
    ? [name.split('.')[1] ?? '', value]
    : (Object.entries(value as RecordInput).find(([key]) => key.toLowerCase() !== 'attributes') ?? ['', undefined]);
  const key = fieldOf(target, path);
  if (!key || !(key.externalId || key.type === 'id')) {
    throw new FieldError('INVALID_FIELD', name, `Foreign key external ID: ${path} is no external id of ${target.name}`);
  }
  const found = store.findBy(target, key, toColumn(key, given));
  const [row] = found;
  if (row && found.length === 1) return String(row.Id);
  throw new FieldError(
    'INVALID_FIELD',
    name,
    `Foreign key external ID: ${String(given)} not found for field ${key.name} in entity ${target.name}`,
  );
}

function refuseDangling(store: Store, field: FieldDescription, id: string): void {
  const target = store.schema.byKeyPrefix(id);
  const allowed = field.referenceTo ?? [];
  if (target && (allowed.length === 0 || allowed.includes(target.name))) {
    const row = store.get(target, id);
    if (row?.IsDeleted === 0) return;
  }
  throw new FieldError('INVALID_CROSS_REFERENCE_KEY', field.name, 'invalid cross reference id');
}
