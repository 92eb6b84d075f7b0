import type { FieldDescription } from '../objects/description.ts';
import type { ObjectMeta } from '../objects/schema.ts';
import type { Row } from '../store/field-values.ts';
import type { FieldAccess, ObjectAccess, User } from './users.ts';

const setupAccess: ObjectAccess = {
  read: true,
  create: false,
  edit: false,
  delete: false,
  viewAll: true,
  modifyAll: false,
};

/** What the user may do with an object's records. */
export function objectAccess(user: User, meta: ObjectMeta): ObjectAccess {
  const own = user.objects.get(meta.name.toLowerCase());
  const base = meta.setup ? setupAccess : user.defaultAccess;
  return own ? { ...base, ...own } : base;
}

export function fieldAccess(user: User, meta: ObjectMeta, field: FieldDescription): FieldAccess {
  const own = user.fields.get(`${meta.name}.${field.name}`.toLowerCase());
  if (own !== undefined) return own;
  return objectAccess(user, meta).edit ? 'edit' : 'read';
}

/** Whether sharing shows this record to the user; restriction rules are not asked here, as on retrieve by id. */
export function sees(user: User, meta: ObjectMeta, row: Row, isShared: (recordId: string) => boolean): boolean {
  const access = objectAccess(user, meta);
  if (!access.read) return false;
  if (access.viewAll || meta.sharing !== 'private') return true;
  return row.OwnerId === user.id || isShared(String(row.Id));
}

/** Whether sharing lets the user change this record. */
export function mayEdit(user: User, meta: ObjectMeta, row: Row, isShared: (recordId: string) => boolean): boolean {
  const access = objectAccess(user, meta);
  return access.edit && (access.modifyAll || sees(user, meta, row, isShared));
}
