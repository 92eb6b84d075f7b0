import type { FieldDescription } from '../objects/description.ts';
import { fieldOf, type ObjectMeta, type Schema } from '../objects/schema.ts';
import { ApiError } from '../http/api-error.ts';
import { quoted } from '../store/tables.ts';
import type { Viewer } from './viewer.ts';

export type ResolvedField = {
  readonly field: FieldDescription;
  /** Canonical names, relationships first: `['Account__r', 'Name']`. */
  readonly path: readonly string[];
  /** The objects on the way: the first is the query's own, the last holds the field. */
  readonly objects: readonly ObjectMeta[];
  readonly sql: string;
};

/** The tables of one query: its object, and what its relationship paths join. */
export class Scope {
  readonly schema: Schema;
  readonly viewer: Viewer;
  readonly object: ObjectMeta;
  readonly alias: string;
  readonly #soqlAlias: string | undefined;
  readonly #joins = new Map<string, { alias: string; meta: ObjectMeta; path: string; sql: string }>();

  constructor(
    { schema, viewer }: { readonly schema: Schema; readonly viewer: Viewer },
    object: ObjectMeta,
    alias: string,
    soqlAlias?: string,
  ) {
    this.schema = schema;
    this.viewer = viewer;
    this.object = object;
    this.alias = alias;
    this.#soqlAlias = soqlAlias?.toLowerCase();
  }

  resolve(name: string): ResolvedField {
    const parts = name.split('.');
    const first = parts[0]?.toLowerCase();
    if (parts.length > 1 && (first === this.#soqlAlias || first === this.object.name.toLowerCase())) parts.shift();
    const last = parts.pop() ?? '';
    const objects = [this.object];
    const path: string[] = [];
    let here = { alias: this.alias, meta: this.object };
    for (const relationship of parts) {
      const reference = here.meta.relationships.get(relationship.toLowerCase());
      const target = reference?.referenceTo?.[0];
      if (!reference?.relationshipName || target === undefined || !this.viewer.canReadField(here.meta, reference)) {
        throw noSuchRelationship(relationship);
      }
      path.push(reference.relationshipName);
      here = this.#join(here, reference, path.join('.'), this.schema.get(target));
      objects.push(here.meta);
    }
    const field = fieldOf(here.meta, last);
    if (!field || !this.viewer.canReadField(here.meta, field)) throw noSuchColumn(last, here.meta);
    path.push(field.name);
    return { field, path, objects, sql: `${here.alias}.${quoted(field.name)}` };
  }

  /** FROM with all joins met so far: call it after everything has been resolved. */
  from(): string {
    const joins = [...this.#joins.values()].map((join) => join.sql);
    return [`${quoted(this.object.name)} AS ${this.alias}`, ...joins].join(' ');
  }

  /** The ids of the joined parents: a parent that is not there is null as a whole. */
  parents(): { path: string; object: ObjectMeta; sql: string }[] {
    return [...this.#joins.values()].map((join) => ({ path: join.path, object: join.meta, sql: `${join.alias}."Id"` }));
  }

  #join(from: { alias: string }, reference: FieldDescription, path: string, meta: ObjectMeta) {
    const known = this.#joins.get(path);
    if (known) return known;
    const alias = `${this.alias}_${this.#joins.size + 1}`;
    const sql = `LEFT JOIN ${quoted(meta.name)} AS ${alias} ON ${alias}."Id" = ${from.alias}.${quoted(reference.name)}`;
    const join = { alias, meta, path, sql };
    this.#joins.set(path, join);
    return join;
  }
}

export function noSuchColumn(name: string, meta: ObjectMeta): ApiError {
  return new ApiError(
    400,
    'INVALID_FIELD',
    `No such column '${name}' on entity '${meta.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

export function noSuchObject(name: string): ApiError {
  return new ApiError(
    400,
    'INVALID_TYPE',
    `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

function noSuchRelationship(name: string): ApiError {
  return new ApiError(
    400,
    'INVALID_FIELD',
    `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}
