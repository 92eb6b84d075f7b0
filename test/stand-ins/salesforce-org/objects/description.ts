/** The part of a describe answer that this org acts on. Names are API names. */
export type FieldType =
  | 'id'
  | 'string'
  | 'url'
  | 'email'
  | 'phone'
  | 'textarea'
  | 'picklist'
  | 'reference'
  | 'boolean'
  | 'int'
  | 'double'
  | 'percent'
  | 'currency'
  | 'date'
  | 'datetime'
  | 'base64';

export type FieldDescription = {
  readonly name: string;
  readonly type: FieldType;
  readonly label?: string;
  /** Characters, for the text types. */
  readonly length?: number;
  readonly referenceTo?: readonly string[];
  /** How queries walk through a reference, e.g. `Account__r`. */
  readonly relationshipName?: string;
  readonly picklist?: readonly string[];
  readonly required?: boolean;
  readonly createable?: boolean;
  readonly updateable?: boolean;
  readonly filterable?: boolean;
  readonly externalId?: boolean;
  readonly unique?: boolean;
  readonly calculated?: boolean;
  readonly defaultValue?: string | number | boolean;
  /** Kept with an index, because queries filter on it. */
  readonly indexed?: boolean;
};

export type ObjectDescription = {
  readonly name: string;
  readonly label?: string;
  readonly keyPrefix: string;
  readonly fields: readonly FieldDescription[];
  /** Who sees records that are not their own: `private` only through shares or View All. */
  readonly sharing?: 'private' | 'public';
  /** Set-up objects are read by any user and written by nobody through the API. */
  readonly setup?: boolean;
  /** Answered under /tooling/query only. */
  readonly tooling?: boolean;
  /** A platform event: it can be published, not queried. */
  readonly event?: boolean;
  /** Without an owner field: set-up objects, junctions, custom metadata. */
  readonly ownerless?: boolean;
  /** Without a generated system Name. */
  readonly autoNumberName?: string;
};

const user = (name: string, relationshipName: string): FieldDescription => ({
  name,
  type: 'reference',
  referenceTo: ['User'],
  relationshipName,
  createable: false,
  updateable: false,
});
const readOnly = (name: string, type: FieldType, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  type,
  createable: false,
  updateable: false,
  ...more,
});

/** Every object's system fields around its own. */
export function systemFields(description: ObjectDescription): readonly FieldDescription[] {
  const own = new Set(description.fields.map((field) => field.name));
  const fields: FieldDescription[] = [
    readOnly('Id', 'id', { length: 18 }),
    ...(description.ownerless || description.setup
      ? []
      : [{ name: 'OwnerId', type: 'reference' as const, referenceTo: ['User'], relationshipName: 'Owner' }]),
    readOnly('IsDeleted', 'boolean', { defaultValue: false }),
    readOnly('CreatedDate', 'datetime'),
    user('CreatedById', 'CreatedBy'),
    readOnly('LastModifiedDate', 'datetime'),
    user('LastModifiedById', 'LastModifiedBy'),
    readOnly('SystemModstamp', 'datetime', { indexed: description.sharing !== undefined }),
  ];
  return fields.filter((field) => !own.has(field.name));
}
