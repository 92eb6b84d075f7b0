import { fieldAccess, objectAccess } from '../access/permissions.ts';
import type { User } from '../access/users.ts';
import { ApiError } from '../http/api-error.ts';
import { apiRoute, type Route, type SessionCall } from '../http/router.ts';
import type { FieldDescription } from '../objects/description.ts';
import type { ObjectMeta } from '../objects/schema.ts';

/** An object this user may see; throws the 404 that REST answers otherwise. */
export function visibleObject(call: SessionCall): ObjectMeta {
  const meta = call.org.schema.find(call.params.object ?? '');
  if (meta && (meta.event || objectAccess(call.user, meta).read)) return meta;
  throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

function summary(meta: ObjectMeta, user: User, version: number): Record<string, unknown> {
  const access = objectAccess(user, meta);
  const path = `/services/data/v${version}.0/sobjects/${meta.name}`;
  const label = meta.label ?? meta.name;
  return {
    activateable: false,
    createable: access.create,
    custom: /__(c|e|mdt)$/.test(meta.name),
    customSetting: false,
    deletable: access.delete,
    deprecatedAndHidden: false,
    feedEnabled: false,
    keyPrefix: meta.keyPrefix,
    label,
    labelPlural: `${label}s`,
    layoutable: !meta.setup,
    mergeable: false,
    name: meta.name,
    queryable: !meta.event,
    replicateable: !meta.event,
    retrieveable: !meta.event,
    searchable: !meta.event,
    triggerable: !meta.setup,
    undeletable: access.delete,
    updateable: access.edit,
    urls: { sobject: path, describe: `${path}/describe`, rowTemplate: `${path}/{ID}` },
  };
}

function fieldSummary(meta: ObjectMeta, field: FieldDescription, user: User): Record<string, unknown> {
  const access = objectAccess(user, meta);
  const edit = fieldAccess(user, meta, field) === 'edit';
  const text = ['string', 'url', 'email', 'phone', 'textarea', 'picklist', 'id', 'reference'].includes(field.type);
  const length = text ? (field.length ?? (field.type === 'reference' ? 18 : 255)) : 0;
  const filterable = field.filterable !== false;
  return {
    aggregatable: filterable,
    autoNumber: false,
    byteLength: length * 3,
    calculated: field.calculated ?? false,
    calculatedFormula: null,
    caseSensitive: false,
    createable: access.create && edit && field.createable !== false && field.calculated !== true,
    custom: field.name.endsWith('__c'),
    defaultValue: field.defaultValue ?? null,
    defaultedOnCreate: field.defaultValue !== undefined,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? 8 : 0,
    encrypted: false,
    externalId: field.externalId ?? false,
    filterable,
    groupable: filterable && field.type !== 'datetime' && field.type !== 'double',
    idLookup: field.type === 'id' || (field.externalId ?? false),
    label: field.label ?? field.name,
    length,
    name: field.name,
    nameField: field.name === 'Name',
    nillable: field.required !== true && field.type !== 'boolean' && field.type !== 'id',
    permissionable: field.name.endsWith('__c'),
    picklistValues: (field.picklist ?? []).map((value) => ({ active: true, defaultValue: false, label: value, value })),
    precision: field.type === 'double' ? 18 : 0,
    referenceTo: field.referenceTo ?? [],
    relationshipName: field.relationshipName ?? null,
    restrictedPicklist: false,
    scale: 0,
    soapType: soapType(field),
    sortable: filterable,
    type: field.type,
    unique: field.unique ?? false,
    updateable: access.edit && edit && field.updateable !== false && field.calculated !== true,
  };
}

function soapType(field: FieldDescription): string {
  switch (field.type) {
    case 'id':
    case 'reference':
      return 'tns:ID';
    case 'datetime':
      return 'xsd:dateTime';
    case 'base64':
      return 'xsd:base64Binary';
    case 'percent':
    case 'currency':
    case 'double':
      return 'xsd:double';
    case 'boolean':
    case 'date':
    case 'int':
      return `xsd:${field.type}`;
    case 'string':
    case 'url':
    case 'email':
    case 'phone':
    case 'textarea':
    case 'picklist':
      return 'xsd:string';
  }
}

/** Describe, as far as its answers follow from what this org acts on. */
export const describeRoutes: readonly Route[] = [
  apiRoute('GET', '/sobjects', 'describe.global', (call) => {
    const objects = call.org.schema.all().filter((meta) => !meta.tooling && objectAccess(call.user, meta).read);
    const sobjects = objects.map((meta) => summary(meta, call.user, call.version));
    return { status: 200, json: { encoding: 'UTF-8', maxBatchSize: 200, sobjects } };
  }),
  apiRoute('GET', '/sobjects/:object', 'describe.basic', (call) => ({
    status: 200,
    json: { objectDescribe: summary(visibleObject(call), call.user, call.version), recentItems: [] },
  })),
  apiRoute('GET', '/sobjects/:object/describe', 'describe', (call) => {
    const meta = visibleObject(call);
    const fields = meta.fields
      .filter((field) => field.type === 'id' || fieldAccess(call.user, meta, field) !== 'none')
      .map((field) => fieldSummary(meta, field, call.user));
    const json = {
      ...summary(meta, call.user, call.version),
      actionOverrides: [],
      childRelationships: [],
      fields,
      namedLayoutInfos: [],
      recordTypeInfos: [],
      supportedScopes: [{ label: 'All', name: 'everything' }],
    };
    return { status: 200, json };
  }),
];
