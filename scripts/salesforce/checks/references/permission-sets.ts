import type { Inventory } from '@file-migration/stand-ins/sfdx-project/inventory';
import { each, valueOf, type Element } from '@file-migration/stand-ins/sfdx-project/metadata-xml';
import { hasField } from './known-fields.ts';

/** What a permission set grants must be there, and must be grantable. */
export function permissionSetFaults(set: Element, inventory: Inventory): string[] {
  return [
    ...missing(set, 'classAccesses/apexClass', inventory.names('cls'), 'Apex class'),
    ...missing(set, 'pageAccesses/apexPage', inventory.names('page'), 'page'),
    ...missing(set, 'tabSettings/tab', inventory.names('tab'), 'tab'),
    ...missing(set, 'applicationVisibilities/application', inventory.names('app'), 'app'),
    ...missing(set, 'customPermissions/name', inventory.names('customPermission'), 'custom permission'),
    ...missing(set, 'customMetadataTypeAccesses/name', new Set(inventory.objects.keys()), 'custom metadata type'),
    ...objectFaults(set, inventory),
    ...fieldFaults(set, inventory),
  ];
}

/** @param path of the grants' names: section, then element */
function missing(set: Element, path: `${string}/${string}`, known: ReadonlySet<string>, what: string): string[] {
  const [section = '', key = ''] = path.split('/');
  return each(set, section)
    .map((entry) => valueOf(entry, key) ?? '')
    .filter((name) => !known.has(name))
    .map((name) => `grants the ${what} ${name}, which does not exist`);
}

function objectFaults(set: Element, inventory: Inventory): string[] {
  return each(set, 'objectPermissions').flatMap((entry) => {
    const object = valueOf(entry, 'object') ?? '';
    const may = (right: string): boolean => valueOf(entry, right) === 'true';
    const unknown = object.includes('__') && !inventory.objects.has(object);
    const needs = [
      ...(may('modifyAllRecords') && !(may('viewAllRecords') && may('allowEdit') && may('allowDelete'))
        ? ['modifyAllRecords needs viewAllRecords, allowEdit and allowDelete']
        : []),
      ...(may('allowDelete') && !may('allowEdit') ? ['allowDelete needs allowEdit'] : []),
      ...(!may('allowRead') ? ['every right needs allowRead'] : []),
    ];
    return [
      ...(unknown ? [`grants the object ${object}, which does not exist`] : []),
      ...needs.map((need) => `${object}: ${need}`),
    ];
  });
}

function fieldFaults(set: Element, inventory: Inventory): string[] {
  const readable = new Set(each(set, 'objectPermissions').map((entry) => valueOf(entry, 'object') ?? ''));
  return each(set, 'fieldPermissions').flatMap((entry) => {
    const [object = '', field = ''] = (valueOf(entry, 'field') ?? '').split('.');
    if (!hasField(inventory, object, field)) return [`grants the field ${object}.${field}, which does not exist`];
    if (!readable.has(object)) return [`grants the field ${object}.${field} without its object`];
    const known = inventory.objects.get(object)?.fields.get(field.toLowerCase());
    // both are everybody's, and a deployment that grants them is refused
    if (known?.required === true) return [`grants the required field ${object}.${field}: Salesforce refuses that`];
    return known?.type === 'MasterDetail'
      ? [`grants the master-detail field ${object}.${field}: Salesforce refuses that`]
      : [];
  });
}
