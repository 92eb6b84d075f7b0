import type { SqlValue } from '../store/field-values.ts';
import { toJson } from '../store/field-values.ts';
import type { ObjectMeta } from '../objects/schema.ts';
import type { CompiledQuery } from './compile.ts';

type Json = Record<string, unknown>;

/** The SELECT list: the columns, the parents' ids, the record's id and its row number. */
export function selectList(query: CompiledQuery): string {
  const columns = query.columns.map((column) => (column.field.type === 'base64' ? 'NULL' : column.sql));
  if (query.kind !== 'records') return columns.join(', ');
  return [...columns, ...query.parents.map((parent) => parent.sql), 't0."Id"', 't0.rowid'].join(', ');
}

export function attributes(object: ObjectMeta, id: string, version: number): Json {
  return { type: object.name, url: `/services/data/v${version}.0/sobjects/${object.name}/${id}` };
}

/** One row of `selectList` as a REST record, its parents nested. */
export function recordOf(query: CompiledQuery, row: readonly SqlValue[], version: number): Json {
  const id = String(row[query.columns.length + query.parents.length]);
  const record: Json = { attributes: attributes(query.object, id, version) };
  const parents = new Map(
    query.parents.map((parent, index) => [parent.path, { parent, id: row[query.columns.length + index] ?? null }]),
  );
  query.columns.forEach((column, index) => {
    const path = column.resolved?.path ?? [column.name];
    const value =
      column.field.type === 'base64'
        ? `/services/data/v${version}.0/sobjects/${query.object.name}/${id}/${column.field.name}`
        : toJson(column.field, row[index] ?? null);
    let here = record;
    for (const [depth, step] of path.slice(0, -1).entries()) {
      const known = parents.get(path.slice(0, depth + 1).join('.'));
      if (typeof known?.id !== 'string') {
        here[step] = null;
        return;
      }
      here = (here[step] ??= { attributes: attributes(known.parent.object, known.id, version) }) as Json;
    }
    here[path.length > 1 || column.name === '' ? (path.at(-1) ?? '') : column.name] = value;
  });
  return record;
}

export function aggregateOf(query: CompiledQuery, row: readonly SqlValue[]): Json {
  const values = query.columns.map((column, index) => [column.name, toJson(column.field, row[index] ?? null)]);
  return { attributes: { type: 'AggregateResult' }, ...(Object.fromEntries(values) as Json) };
}
