import type { Inventory } from '@file-migration/stand-ins/sfdx-project/inventory';

/** Fields that every object of its kind has. Lower case. */
const STANDARD = new Set([
  'id',
  'name',
  'ownerid',
  'createddate',
  'createdbyid',
  'lastmodifieddate',
  'lastmodifiedbyid',
  'systemmodstamp',
  'isdeleted',
  'developername',
  'masterlabel',
  'label',
  'qualifiedapiname',
  'namespaceprefix',
  'language',
  'replayid',
]);

export function isStandardField(name: string): boolean {
  return STANDARD.has(name.toLowerCase());
}

/** Whether an object that the project defines has this field; objects it does not define are not its business. */
export function hasField(inventory: Inventory, object: string, field: string): boolean {
  const entry = inventory.objects.get(object);
  return entry === undefined ? !object.includes('__') : isStandardField(field) || entry.fields.has(field.toLowerCase());
}

/** `File_Migration_Run__c` of `…/objects/File_Migration_Run__c/listViews/All.listView-meta.xml`. */
export function objectOfPath(path: string): string {
  return /\/objects\/([^/]+)\//.exec(path)?.[1] ?? '';
}
