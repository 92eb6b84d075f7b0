import { systemFields, type FieldDescription, type ObjectDescription } from './description.ts';

export type ObjectMeta = Omit<ObjectDescription, 'fields'> & {
  readonly fields: readonly FieldDescription[];
  /** By lower-cased name: API names are case-insensitive. */
  readonly fieldsByName: ReadonlyMap<string, FieldDescription>;
  readonly relationships: ReadonlyMap<string, FieldDescription>;
};

/** The objects this org has. */
export class Schema {
  readonly #objects = new Map<string, ObjectMeta>();

  constructor(descriptions: Iterable<ObjectDescription>) {
    for (const description of descriptions) this.add(description);
  }

  add(description: ObjectDescription): ObjectMeta {
    const [id, ...rest] = systemFields(description);
    const fields = [...(id === undefined ? [] : [id]), ...description.fields, ...rest];
    const meta: ObjectMeta = {
      ...description,
      fields,
      fieldsByName: new Map(fields.map((field) => [field.name.toLowerCase(), field])),
      relationships: new Map(
        fields.flatMap((field) => (field.relationshipName ? [[field.relationshipName.toLowerCase(), field]] : [])),
      ),
    };
    this.#objects.set(description.name.toLowerCase(), meta);
    return meta;
  }

  find(name: string): ObjectMeta | undefined {
    return this.#objects.get(name.toLowerCase());
  }

  /** For names the org itself uses; a missing one is a mistake in this code. */
  get(name: string): ObjectMeta {
    const meta = this.find(name);
    if (!meta) throw new Error(`The stand-in org has no object ${name}.`);
    return meta;
  }

  byKeyPrefix(id: string): ObjectMeta | undefined {
    const prefix = id.slice(0, 3);
    return this.all().find((meta) => meta.keyPrefix === prefix);
  }

  all(): ObjectMeta[] {
    return [...this.#objects.values()];
  }
}

export function fieldOf(meta: ObjectMeta, name: string): FieldDescription | undefined {
  return meta.fieldsByName.get(name.toLowerCase());
}
