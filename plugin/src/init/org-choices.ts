import type { Connection } from '@salesforce/core';

/** What the org tells of its objects and fields, as far as `init` asks for it. */
export type ObjectChoice = { readonly name: string; readonly label: string };

export type FieldChoice = {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly referenceTo: readonly string[];
  readonly relationshipName: string | undefined;
  readonly picklist: readonly string[];
};

/** Fields of migration.json that name what an object may lack; as in its defaults where the object has them. */
export type DocumentFields = {
  readonly accountField?: string | null;
  readonly accountNamePath?: string | null;
  readonly externalIdField?: null;
};

/** A link of ours has up to about this many characters, and so have most URLs. */
const shortestUrl = 80;
const urlTypes: ReadonlySet<string> = new Set(['url', 'string', 'textarea']);

/** Objects of the org that can be queried and updated, custom ones first: documents hardly ever are standard ones. */
export async function objectChoices(connection: Connection): Promise<ObjectChoice[]> {
  const { sobjects } = await connection.describeGlobal();
  const isCustom = ({ name }: ObjectChoice): boolean => name.endsWith('__c');
  return sobjects
    .filter(({ queryable, updateable }) => queryable && updateable)
    .map(({ name, label }) => ({ name, label }))
    .sort((a, b) => Number(isCustom(b)) - Number(isCustom(a)) || a.name.localeCompare(b.name));
}

/** All fields of an object that this user can see. @throws jsforce's error in the org's own words */
export async function fieldChoices(connection: Connection, object: string): Promise<FieldChoice[]> {
  const { fields } = await connection.describe(object);
  return fields.map(({ name, label, type, length, referenceTo, relationshipName, picklistValues }) => ({
    name,
    label,
    type,
    length,
    referenceTo: referenceTo ?? [],
    relationshipName: relationshipName ?? undefined,
    picklist: (picklistValues ?? []).map(({ value }) => String(value)),
  }));
}

/** Fields that can hold a URL, the likeliest first. */
export function urlFields(fields: readonly FieldChoice[]): FieldChoice[] {
  const likelihood = ({ name, type }: FieldChoice): number =>
    (type === 'url' ? 2 : 0) + (/document|url|link|file/i.test(name) ? 1 : 0);
  return fields
    .filter(({ name, type, length }) => name.endsWith('__c') && urlTypes.has(type) && length >= shortestUrl)
    .sort((a, b) => likelihood(b) - likelihood(a));
}

/** The condition by which folders, which have no file, are left out; undefined where nothing looks like a folder. */
export function proposedWhere(fields: readonly FieldChoice[]): string | undefined {
  const kind = fields.find(({ picklist }) => picklist.includes('Folder'));
  if (kind !== undefined) return `${kind.name} != 'Folder'`;
  const flag = fields.find(({ name, type }) => type === 'boolean' && /folder/i.test(name));
  if (flag !== undefined) return `${flag.name} = false`;
  const named = fields.find(({ name }) => name === 'Type_Current__c');
  return named && `${named.name} != 'Folder'`;
}

/** The settings for fields that this object has under another name, or not at all. */
export function documentFields(fields: readonly FieldChoice[]): DocumentFields {
  const has = (name: string): boolean => fields.some((field) => field.name === name);
  const account =
    fields.find(({ name }) => name === 'Account__c') ??
    fields.find(({ referenceTo }) => referenceTo.includes('Account'));
  return {
    ...(account === undefined && { accountField: null, accountNamePath: null }),
    ...(account !== undefined &&
      account.name !== 'Account__c' && {
        accountField: account.name,
        accountNamePath: account.relationshipName === undefined ? null : `${account.relationshipName}.Name`,
      }),
    ...(!has('Identifier__c') && { externalIdField: null }),
  };
}

/** Documents that a condition takes. @throws jsforce's error in the org's own words, such as MALFORMED_QUERY */
export async function countDocuments(connection: Connection, object: string, where: string | null): Promise<number> {
  const condition = where === null ? '' : ` WHERE (${where})`;
  return (await connection.query(`SELECT count() FROM ${object}${condition}`)).totalSize;
}
