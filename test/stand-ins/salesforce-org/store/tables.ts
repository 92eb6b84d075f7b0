import type Database from 'better-sqlite3';
import type { FieldDescription } from '../objects/description.ts';
import type { ObjectMeta } from '../objects/schema.ts';

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** One table an object, one column a field; a table that is there gets the columns it lacks. */
export function createTable(db: Database.Database, meta: ObjectMeta): void {
  const table = quoted(meta.name);
  db.exec(`CREATE TABLE IF NOT EXISTS ${table} (${meta.fields.map(column).join(', ')})`);
  const present = new Set(
    db
      .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
      .all(meta.name)
      .map(({ name }) => name),
  );
  for (const field of meta.fields) {
    if (!present.has(field.name)) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column(field)}`);
    if (field.indexed || field.externalId) {
      db.exec(`CREATE INDEX IF NOT EXISTS ${quoted(`${meta.name}.${field.name}`)} ON ${table} (${quoted(field.name)})`);
    }
  }
  db.exec(`CREATE UNIQUE INDEX IF NOT EXISTS ${quoted(`${meta.name}.Id`)} ON ${table} ("Id")`);
}

function column(field: FieldDescription): string {
  switch (field.type) {
    case 'boolean':
      return `${quoted(field.name)} INTEGER NOT NULL DEFAULT 0`;
    case 'int':
    case 'datetime':
      return `${quoted(field.name)} INTEGER`;
    case 'double':
    case 'percent':
    case 'currency':
      return `${quoted(field.name)} REAL`;
    case 'id':
    case 'reference':
    case 'date':
      return `${quoted(field.name)} TEXT`;
    case 'base64':
      return `${quoted(field.name)} BLOB`;
    case 'string':
    case 'url':
    case 'email':
    case 'phone':
    case 'textarea':
    case 'picklist':
      // SOQL compares text without regard to case
      return `${quoted(field.name)} TEXT COLLATE NOCASE`;
  }
}
