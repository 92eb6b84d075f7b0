import type { FieldDescription } from '../objects/description.ts';
import { canonicalId } from '../objects/record-id.ts';

/** As SQLite holds it: dates and times as milliseconds since 1970, booleans as 0 and 1, ids with 18 characters. */
export type SqlValue = string | number | Buffer | null;
export type Row = Record<string, SqlValue>;
/** A record as callers write it: by API name, values as in JSON; Date and Buffer are welcome too. */
export type RecordInput = Readonly<Record<string, unknown>>;

/** Why one field of one record cannot take a value. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly code: string;
  readonly field: string;

  constructor(code: string, field: string, message: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** The stored form of a value given in JSON or CSV; throws FieldError when the type or length does not fit. */
export function toColumn(field: FieldDescription, value: unknown): SqlValue {
  if (value === null || value === undefined || value === '') return field.type === 'boolean' ? 0 : null;
  switch (field.type) {
    case 'boolean':
      return booleanOf(field, value);
    case 'int':
    case 'double':
    case 'percent':
    case 'currency':
      return numberOf(field, value);
    case 'datetime':
      return timeOf(field, value);
    case 'date':
      return plain(field, value).slice(0, 10);
    case 'id':
    case 'reference':
      return idIn(field, value);
    case 'base64':
      return Buffer.isBuffer(value) ? value : Buffer.from(plain(field, value), 'base64');
    case 'string':
    case 'url':
    case 'email':
    case 'phone':
    case 'textarea':
    case 'picklist':
      return textOf(field, value);
  }
}

/** The value in a REST answer. */
export function toJson(field: FieldDescription, value: SqlValue): unknown {
  if (value === null) return null;
  if (field.type === 'boolean') return value === 1;
  if (field.type === 'datetime') return new Date(Number(value)).toISOString().replace('Z', '+0000');
  return value;
}

/** The value in a Bulk API CSV, before quoting. */
export function toCsv(field: FieldDescription, value: SqlValue): string {
  if (value === null) return '';
  if (field.type === 'boolean') return value === 1 ? 'true' : 'false';
  if (field.type === 'datetime') return new Date(Number(value)).toISOString();
  return String(value);
}

function booleanOf(field: FieldDescription, value: unknown): number {
  if (value === true || value === 1) return 1;
  if (value === false || value === 0) return 0;
  const text = String(value).toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true' ? 1 : 0;
  throw new FieldError('INVALID_TYPE_ON_FIELD_IN_RECORD', field.name, `${field.name}: value not of required type`);
}

function numberOf(field: FieldDescription, value: unknown): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isFinite(number) && (field.type !== 'int' || Number.isInteger(number))) return number;
  throw new FieldError(
    'INVALID_TYPE_ON_FIELD_IN_RECORD',
    field.name,
    `${field.name}: value not of required type: ${String(value)}`,
  );
}

function timeOf(field: FieldDescription, value: unknown): number {
  if (typeof value === 'number') return value;
  const time =
    value instanceof Date ? value.getTime() : Date.parse(String(value).replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isFinite(time)) return time;
  throw new FieldError(
    'INVALID_TYPE_ON_FIELD_IN_RECORD',
    field.name,
    `${field.name}: value not of required type: ${String(value)}`,
  );
}

function idIn(field: FieldDescription, value: unknown): string {
  const text = String(value);
  const id = canonicalId(text);
  if (id !== undefined) return id;
  throw new FieldError('MALFORMED_ID', field.name, `${label(field)}: id value of incorrect type: ${text}`);
}

/** A single value as text: an object or array is refused. */
function plain(field: FieldDescription, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new FieldError('INVALID_TYPE_ON_FIELD_IN_RECORD', field.name, `${field.name}: value not of required type`);
}

function textOf(field: FieldDescription, value: unknown): string {
  const text = plain(field, value);
  if (field.length !== undefined && text.length > field.length) {
    throw new FieldError(
      'STRING_TOO_LONG',
      field.name,
      `${label(field)}: data value too large: ${text} (max length=${field.length})`,
    );
  }
  return text;
}

function label(field: FieldDescription): string {
  return field.label ?? field.name;
}
