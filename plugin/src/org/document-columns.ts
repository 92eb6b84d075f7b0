import { parseSalesforceId, type AccountId, type DocumentId } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import { findField, requireField } from './object-description.ts';
import type { ObjectDescription } from './org-facts.ts';
import type { DocumentNames, Row } from './port.ts';
import type { DocumentTraits, OrgDocument } from '../model/document.ts';
import { soqlList, soqlText, soqlTime, soqlWhere } from './soql.ts';
import { sameName, textOf, valueAt } from './row.ts';

/** The columns of the document query and what each one means, all names as the org writes them. */
export type DocumentColumns = {
  readonly object: string;
  /** In the order of the SELECT: the header of a result must be equal to it. */
  readonly select: readonly string[];
  /** Where in `select` each member of a document stands. */
  readonly places: Readonly<Record<Role, number | undefined>>;
  readonly where: readonly string[];
};

type Role =
  | 'id'
  | 'name'
  | 'url'
  | 'accountId'
  | 'accountName'
  | 'externalId'
  | 'lastModified'
  | 'modstamp'
  | 'deleted'
  | 'key'
  | 'originalUrl'
  | TraitRole;
type TraitRole = 'size' | 'year' | 'type';

export type DocumentFilter = {
  readonly since?: number;
  readonly accountId?: AccountId;
  readonly ids?: readonly DocumentId[];
};

/**
 * Checks the configured names against what the org tells of the object.
 * @param options.traits also the fields that only planning counts by, where the org has them
 * @throws Failure of class `stop` that names the field which is not there
 */
export function documentColumns(
  description: ObjectDescription,
  names: DocumentNames,
  { traits = false }: { traits?: boolean } = {},
): DocumentColumns {
  const optional = (name: string | null): string | undefined =>
    name === null ? undefined : requireField(description, name).name;
  const trait = (name: string | null | undefined): string | undefined =>
    traits && name != null ? findField(description, name)?.name : undefined;
  const paths: Record<Role, string | undefined> = {
    id: 'Id',
    name: requireField(description, names.nameField).name,
    url: requireField(description, names.urlField).name,
    accountId: optional(names.accountField),
    accountName: names.accountNamePath === null ? undefined : relatedPath(description, names.accountNamePath),
    externalId: optional(names.externalIdField),
    lastModified: 'LastModifiedDate',
    modstamp: 'SystemModstamp',
    deleted: 'IsDeleted',
    // not there before our metadata is deployed
    key: findField(description, names.keyField)?.name,
    originalUrl: findField(description, names.originalUrlField)?.name,
    size: trait(names.sizeField),
    year: trait(names.yearField),
    type: trait(names.typeField),
  };
  // Two roles may share a field (the name may be the external id): it is selected once.
  const select = [...new Set(Object.values(paths).filter((path) => path !== undefined))];
  const place = (role: Role): number | undefined => {
    const path = paths[role];
    return path === undefined ? undefined : select.indexOf(path);
  };
  return {
    object: description.name,
    select,
    places: {
      id: place('id'),
      name: place('name'),
      url: place('url'),
      accountId: place('accountId'),
      accountName: place('accountName'),
      externalId: place('externalId'),
      lastModified: place('lastModified'),
      modstamp: place('modstamp'),
      deleted: place('deleted'),
      key: place('key'),
      originalUrl: place('originalUrl'),
      size: place('size'),
      year: place('year'),
      type: place('type'),
    },
    where: names.where === null ? [] : [`(${names.where})`],
  };
}

/** A path that starts at one of the object's lookups, its first step as the org writes it. */
function relatedPath(description: ObjectDescription, path: string): string {
  const [first = '', ...rest] = path.split('.');
  const lookup = description.fields.find(({ relationshipName }) => sameName(relationshipName ?? '', first));
  if (lookup?.relationshipName !== undefined) return [lookup.relationshipName, ...rest].join('.');
  throw new Failure(`${description.name} has no lookup with the relationship name ${first}.`, {
    code: 'field-missing',
    actions: ['Correct org.document.accountNamePath in migration.json (such as Account__r.Name), or set it to null.'],
  });
}

/** No ORDER BY and no LIMIT: either would turn PK chunking off. */
export function documentQuery(columns: DocumentColumns, filter: DocumentFilter = {}): string {
  return `SELECT ${columns.select.join(', ')} FROM ${columns.object}${documentWhere(columns, filter)}`;
}

export function documentWhere(columns: DocumentColumns, { since, accountId, ids }: DocumentFilter = {}): string {
  return soqlWhere([
    ...(ids === undefined ? [] : [`Id IN ${soqlList(ids)}`]),
    ...(since === undefined ? [] : [`SystemModstamp >= ${soqlTime(since)}`]),
    ...(accountId === undefined ? [] : [`${accountColumn(columns)} = ${soqlText(accountId)}`]),
    ...columns.where,
  ]);
}

function accountColumn({ select, places }: DocumentColumns): string {
  const column = places.accountId === undefined ? undefined : select[places.accountId];
  if (column !== undefined) return column;
  throw new Failure('Documents cannot be chosen by account: migration.json names no account field.', {
    code: 'config-no-account-field',
    actions: ['Name the lookup to the account in migration.json.'],
  });
}

/**
 * One document from the cells of its row, in the order of `select`; an empty cell is an empty field.
 * @throws Failure of class `stop` when the row is none that the query can have answered
 */
export function documentOf({ places, select }: DocumentColumns, cells: readonly string[]): OrgDocument {
  const cell = (role: Role): string => {
    const place = places[role];
    return place === undefined ? '' : (cells[place] ?? '');
  };
  const broken = (role: Role): Failure =>
    new Failure(
      `Salesforce sent a document ${JSON.stringify(cell('id').slice(0, 20))} whose ${select[places[role] ?? 0] ?? role} makes no sense.`,
      { code: 'org-unreadable-row' },
    );
  const time = (role: Role): number => {
    const ms = Date.parse(cell(role));
    if (Number.isNaN(ms)) throw broken(role);
    return ms;
  };
  const id = parseSalesforceId(cell('id'));
  if (id === undefined) throw broken('id');
  const accountId = cell('accountId') === '' ? undefined : parseSalesforceId(cell('accountId'));
  if (accountId === undefined && cell('accountId') !== '') throw broken('accountId');
  return {
    id: id as DocumentId,
    name: cell('name'),
    accountId: accountId as AccountId | undefined,
    accountName: cell('accountName') || undefined,
    url: cell('url'),
    externalId: cell('externalId') || undefined,
    lastModifiedAt: time('lastModified'),
    systemModstamp: time('modstamp'),
    deleted: cell('deleted') === 'true',
    ...(hasOurFields(places) && { written: { key: cell('key'), originalUrl: cell('originalUrl') } }),
    ...(hasTraits(places) && { traits: traitsOf(cell) }),
  };
}

function hasOurFields({ key, originalUrl }: DocumentColumns['places']): boolean {
  return key !== undefined && originalUrl !== undefined;
}

function hasTraits({ size, year, type }: DocumentColumns['places']): boolean {
  return (size ?? year ?? type) !== undefined;
}

/** Number and text fields alike may hold anything: what is no size is none. */
function traitsOf(cell: (role: TraitRole) => string): DocumentTraits {
  const size = cell('size') === '' ? Number.NaN : Number(cell('size'));
  return {
    size: Number.isFinite(size) && size >= 0 ? Math.round(size) : undefined,
    year: cell('year').replace(/\.0$/, '') || undefined,
    type: cell('type') || undefined,
  };
}

/** The cells of a row that came as JSON. */
export function cellsOf({ select }: DocumentColumns, row: Row): string[] {
  return select.map((path) => textOf(valueAt(row, path)));
}
