import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { each, parseXml, valueOf, type Element } from '../../sfdx-project/metadata-xml.ts';
import type { RecordInput } from '../store/field-values.ts';
import type { FieldDescription, FieldType, ObjectDescription } from './description.ts';

const FORCE_APP = join(import.meta.dirname, '../../../../force-app');
const PARTS = ['main', 'document'].map((part) => join(FORCE_APP, part, 'default'));

/** What an org decides and metadata does not say. */
const KEY_PREFIXES: Readonly<Record<string, string>> = {
  File_Migration_Run__c: 'a0R',
  File_Migration_Account__c: 'a0S',
  File_Migration_Error__c: 'a0T',
  File_Migration_Setting__mdt: 'm00',
  File_Migration_Link_Setting__mdt: 'm02',
  File_Migration_Milestone__mdt: 'm01',
  File_Migration_Progress__e: 'e00',
};

const TYPES: Readonly<Record<string, FieldType>> = {
  Checkbox: 'boolean',
  DateTime: 'datetime',
  LongTextArea: 'textarea',
  Lookup: 'reference',
  Number: 'double',
  Picklist: 'picklist',
  Text: 'string',
  TextArea: 'textarea',
  Url: 'url',
};

/** The objects of `force-app`, read from its metadata: what is deployed and what stands in are one list. */
export const packageObjects: readonly ObjectDescription[] = Object.entries(KEY_PREFIXES).map(([name, keyPrefix]) => {
  const folder = PARTS.map((part) => join(part, 'objects', name)).find((path) => existsSync(path)) ?? FORCE_APP;
  const object = metadata(join(folder, `${name}.object-meta.xml`));
  const fields = readdirSync(join(folder, 'fields')).sort();
  const custom = name.endsWith('__c');
  return {
    name,
    keyPrefix,
    label: valueOf(object, 'label') ?? name,
    ...(custom ? { sharing: 'public' as const } : { ownerless: true }),
    ...(name.endsWith('__e') ? { event: true } : {}),
    fields: [...nameFields(name), ...fields.map((file) => fieldOf(metadata(join(folder, 'fields', file))))],
  };
});

/** The records of custom metadata that come with the package, by object. */
export function packageRecords(): { object: string; record: RecordInput }[] {
  const folder = join(FORCE_APP, 'settings/default/customMetadata');
  return readdirSync(folder).map((name) => {
    const file = join(folder, name);
    const [type = '', developerName = ''] = basename(file).split('.');
    const xml = metadata(file);
    const values = each(xml, 'values').map((entry) => [valueOf(entry, 'field') ?? '', valueIn(entry)] as const);
    const label = valueOf(xml, 'label') ?? developerName;
    return {
      object: `${type}__mdt`,
      record: {
        DeveloperName: developerName,
        MasterLabel: label,
        QualifiedApiName: developerName,
        ...Object.fromEntries(values),
      },
    };
  });
}

function metadata(path: string): Element {
  return parseXml(readFileSync(path, 'utf8'));
}

function nameFields(object: string): FieldDescription[] {
  const names = object.endsWith('__mdt')
    ? ['DeveloperName', 'MasterLabel', 'QualifiedApiName']
    : object.endsWith('__c')
      ? ['Name']
      : [];
  return names.map((name) => ({ name, type: 'string', length: name === 'QualifiedApiName' ? 70 : 80 }));
}

function fieldOf(xml: Element): FieldDescription {
  const name = valueOf(xml, 'fullName') ?? '';
  const kind = valueOf(xml, 'type') ?? '';
  const type = TYPES[kind];
  if (type === undefined) throw new Error(`The stand-in org does not know fields of type ${kind} (${name}).`);
  const referenceTo = valueOf(xml, 'referenceTo');
  const isText = type === 'string' || type === 'textarea' || type === 'url' || type === 'picklist';
  return {
    name,
    type,
    label: valueOf(xml, 'label') ?? name,
    ...(isText ? { length: Number(valueOf(xml, 'length') ?? 255) } : {}),
    ...(valueOf(xml, 'externalId') === 'true' ? { externalId: true, unique: true } : {}),
    ...(kind === 'LongTextArea' ? { filterable: false } : {}),
    ...(referenceTo === undefined ? {} : { referenceTo: [referenceTo], relationshipName: name.replace(/__c$/, '__r') }),
  };
}

function valueIn(entry: Element): string | number | undefined {
  const [value] = each(entry, 'value');
  if (value === undefined || value.attributes['xsi:nil'] === 'true') return undefined;
  return value.attributes['xsi:type'] === 'xsd:double' ? Number(value.text) : value.text;
}
