import { basename } from 'node:path';
import type { Inventory } from '@file-migration/stand-ins/sfdx-project/inventory';
import { deepValues, each, valueOf, type Element } from '@file-migration/stand-ins/sfdx-project/metadata-xml';
import { hasField, objectOfPath } from './known-fields.ts';

/** What belongs to an object and names its fields: list views, layouts, rules, records of custom metadata. */
export function objectPartFaults(path: string, part: Element, inventory: Inventory): string[] {
  switch (part.name) {
    case 'ListView':
      return noFields(inventory, objectOfPath(path), [...listColumns(part), ...deepValues(part, 'field')]);
    case 'CompactLayout':
      return noFields(inventory, objectOfPath(path), deepValues(part, 'fields'));
    case 'CustomObject':
      return objectFaults(path, part, inventory);
    case 'CustomField':
      return fieldFaults(part, inventory);
    case 'Layout':
      return noFields(inventory, basename(path).split('-')[0] ?? '', deepValues(part, 'field'));
    case 'ValidationRule':
      return ruleFaults(objectOfPath(path), part, inventory);
    case 'CustomMetadata':
      return recordFaults(path, part, inventory);
    default:
      return [];
  }
}

function noFields(inventory: Inventory, object: string, fields: readonly string[]): string[] {
  return fields
    .filter((field) => !hasField(inventory, object, field))
    .map((field) => `names the field ${object}.${field}, which does not exist`);
}

/** List views call standard fields by other names (`NAME`, `OWNER.ALIAS`). */
function listColumns(view: Element): string[] {
  return deepValues(view, 'columns').filter((column) => column !== column.toUpperCase());
}

function objectFaults(path: string, object: Element, inventory: Inventory): string[] {
  const name = objectOfPath(path);
  const layouts = inventory.names('compactLayout');
  const assigned = valueOf(object, 'compactLayoutAssignment');
  const searched = each(object, 'searchLayouts').flatMap((layout) => [
    ...deepValues(layout, 'customTabListAdditionalFields'),
    ...deepValues(layout, 'searchResultsAdditionalFields'),
  ]);
  return [
    ...(valueOf(object, 'description') === undefined ? ['has no description'] : []),
    ...(assigned !== undefined && assigned !== 'SYSTEM' && !layouts.has(assigned)
      ? [`assigns the compact layout ${assigned}, which does not exist`]
      : []),
    ...noFields(inventory, name, searched),
  ];
}

function fieldFaults(field: Element, inventory: Inventory): string[] {
  const target = valueOf(field, 'referenceTo');
  return [
    ...(valueOf(field, 'description') === undefined ? ['has no description'] : []),
    ...(target?.includes('__') === true && !inventory.objects.has(target)
      ? [`refers to the object ${target}, which does not exist`]
      : []),
  ];
}

/** Fields and permissions in the formula. Texts are left out. */
function ruleFaults(object: string, rule: Element, inventory: Inventory): string[] {
  const formula = (valueOf(rule, 'errorConditionFormula') ?? '').replaceAll(/"[^"]*"/g, '""');
  const permissions = [...formula.matchAll(/\$Permission\.(\w+)/g)].map(([, name = '']) => name);
  const fields = [...formula.matchAll(/(?<![.$\w])(\w+__c)\b/g)].map(([, name = '']) => name);
  const shownAt = valueOf(rule, 'errorDisplayField');
  return [
    ...noFields(inventory, object, [...new Set([...fields, ...(shownAt === undefined ? [] : [shownAt])])]),
    ...permissions
      .filter((name) => !inventory.names('customPermission').has(name))
      .map((name) => `asks for the custom permission ${name}, which does not exist`),
    ...(formula.split('(').length === formula.split(')').length ? [] : ['its parentheses do not close']),
  ];
}

const XSI_TYPES: Readonly<Record<string, readonly string[]>> = {
  'xsd:string': ['Text', 'TextArea', 'LongTextArea', 'Url', 'Email', 'Phone', 'Picklist', 'MetadataRelationship'],
  'xsd:double': ['Number', 'Percent'],
  'xsd:boolean': ['Checkbox'],
  'xsd:date': ['Date'],
  'xsd:dateTime': ['DateTime'],
};

function recordFaults(path: string, record: Element, inventory: Inventory): string[] {
  const type = `${basename(path).split('.')[0] ?? ''}__mdt`;
  const object = inventory.objects.get(type);
  if (object === undefined) return [`is a record of ${type}, which does not exist`];
  return each(record, 'values').flatMap((entry) => {
    const name = valueOf(entry, 'field') ?? '';
    const field = object.fields.get(name.toLowerCase());
    if (field === undefined) return [`sets the field ${type}.${name}, which does not exist`];
    const value = each(entry, 'value')[0];
    const given = value?.attributes['xsi:type'];
    if (given === undefined)
      return value?.attributes['xsi:nil'] === 'true' ? [] : [`${name} has neither xsi:type nor xsi:nil`];
    return XSI_TYPES[given]?.includes(field.type) === true ? [] : [`${name} is a ${field.type}, its value a ${given}`];
  });
}
