import type { FieldDescription, ObjectDescription } from './description.ts';

/** How this org calls the document object and its fields, by the names of the measured org (`DocListEntry__c`). */
export type DocumentNames = {
  /** A package's prefix: `acme` makes `acme__DocListEntry__c` and `acme__Document__c`; our own two fields stay bare. */
  readonly namespace?: string;
  readonly object?: string;
  readonly fields?: Readonly<Record<string, string>>;
};

/** What `force-app/document` adds to the document object. */
export const ownFields: readonly FieldDescription[] = [
  { name: 'File_Key__c', type: 'string', length: 255, label: 'File Key' },
  { name: 'File_Original_Url__c', type: 'url', length: 255, label: 'Original URL' },
];

/** Lengths and types as measured in the real org (`org-shape.json`, `fields`). */
export const vendorFields: readonly FieldDescription[] = [
  { name: 'Document__c', type: 'url', length: 255, label: 'Document' },
  {
    name: 'Account__c',
    type: 'reference',
    referenceTo: ['Account'],
    relationshipName: 'Account__r',
    label: 'Account',
    indexed: true,
  },
  { name: 'Identifier__c', type: 'string', length: 255, label: 'Identifier' },
  { name: 'DocType__c', type: 'picklist', length: 255, label: 'Document Type' },
  {
    name: 'Type_Current__c',
    type: 'picklist',
    length: 255,
    picklist: ['Document', 'Folder'],
    label: 'Type (Current)',
  },
  {
    name: 'Type_Original__c',
    type: 'picklist',
    length: 255,
    picklist: ['Document', 'Folder'],
    label: 'Type (Original)',
  },
  {
    name: 'Parent_Folder__c',
    type: 'reference',
    referenceTo: ['DocListEntry__c'],
    relationshipName: 'Parent_Folder__r',
    label: 'Parent Folder',
  },
  { name: 'ApplicableYear__c', type: 'string', length: 4, label: 'Applicable Year' },
  { name: 'PageCount__c', type: 'double', label: 'Page Count' },
  { name: 'Source__c', type: 'string', length: 255, label: 'Source' },
  { name: 'Visibility__c', type: 'picklist', length: 255, label: 'Visibility' },
  { name: 'ClientName__c', type: 'string', length: 255, label: 'Client Name' },
];

/** This org's name for a field of the measured org. */
export function documentField(names: DocumentNames, field: string): string {
  const renamed = names.fields?.[field];
  if (renamed !== undefined) return renamed;
  const vendors = vendorFields.some((vendor) => vendor.name === field);
  return vendors && names.namespace ? `${names.namespace}__${field}` : field;
}

/** This org's name for the document object. */
export function documentObjectName(names: DocumentNames): string {
  return names.object ?? (names.namespace ? `${names.namespace}__DocListEntry__c` : 'DocListEntry__c');
}

/** The document object under this org's names; `deployed` adds the two fields of `force-app/document`. */
export function documentObject(names: DocumentNames, deployed: boolean): ObjectDescription {
  const object = documentObjectName(names);
  const renamed = (field: FieldDescription): FieldDescription => {
    const name = documentField(names, field.name);
    return {
      ...field,
      name,
      ...(field.relationshipName ? { relationshipName: name.replace(/__c$/, '__r') } : {}),
      ...(field.name === 'Parent_Folder__c' ? { referenceTo: [object] } : {}),
    };
  };
  return {
    name: object,
    label: 'Doc List Entry',
    keyPrefix: 'a0B',
    sharing: 'private',
    fields: [
      { name: 'Name', type: 'string', length: 80, label: 'Name' },
      ...vendorFields.map(renamed),
      ...(deployed ? ownFields.map(renamed) : []),
    ],
  };
}
