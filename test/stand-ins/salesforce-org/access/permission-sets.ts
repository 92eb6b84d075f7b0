import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { each, parseXml, valueOf, type Element } from '../../sfdx-project/metadata-xml.ts';
import { documentField, documentObjectName, ownFields, type DocumentNames } from '../objects/document.ts';
import { packageObjects } from '../objects/package.ts';
import { INTEGRATION_LICENSE_SET, NO_ACCESS, type FieldAccess, type ObjectAccess, type User } from './users.ts';

const FORCE_APP = join(import.meta.dirname, '../../../../force-app');
const OUR_DOCUMENT = 'DocListEntry__c';

type Grants = {
  readonly fields: ReadonlyMap<string, FieldAccess>;
  readonly objects: ReadonlyMap<string, Partial<ObjectAccess>>;
};

/** What the permission sets of `force-app` grant, from their metadata, by name. */
const SETS: ReadonlyMap<string, Grants> = new Map(
  ['main', 'document'].flatMap((part) => {
    const folder = join(FORCE_APP, part, 'default/permissionsets');
    return readdirSync(folder).map((file) => [
      basename(file).split('.')[0] ?? '',
      grantsIn(parseXml(readFileSync(join(folder, file), 'utf8'))),
    ]);
  }),
);

/** Profiles that open the vendor's object by themselves, but none of what a deployment brought. */
const BRINGS_NOTHING: ReadonlySet<string> = new Set(['standard', 'external']);

/**
 * A user's rights once our metadata is deployed. A deployment gives nobody access to new fields, administrators
 * included; only permission sets do. A user with the license Salesforce Integration has nothing but what sets give, and
 * holds a set only with the permission set license that it needs.
 */
export function withPermissionSets(user: User, names: DocumentNames, fieldsGiven: readonly string[]): User {
  const licensed = user.profile !== 'integration' || user.permissionSetLicenses.includes(INTEGRATION_LICENSE_SET);
  const permissionSets = licensed ? user.permissionSets : [];
  const held = permissionSets.flatMap((name) => SETS.get(name) ?? []);
  const fields = new Map(user.fields);
  for (const [column, ours] of ownFieldNames(names)) {
    if (fieldsGiven.some((given) => given.toLowerCase() === column)) continue;
    const granted = held.map((set) => set.fields.get(ours) ?? 'none');
    fields.set(column, granted.includes('edit') ? 'edit' : granted.includes('read') ? 'read' : 'none');
  }
  const objects = new Map(user.objects);
  if (BRINGS_NOTHING.has(user.profile)) {
    for (const { name } of packageObjects.filter((object) => object.name.endsWith('__c'))) {
      const granted = held.flatMap((set) => set.objects.get(name.toLowerCase()) ?? []);
      const own = name.toLowerCase();
      const all = granted.reduce<ObjectAccess>((sum, access) => ({ ...sum, ...access }), NO_ACCESS);
      objects.set(own, { ...all, ...objects.get(own) });
    }
  }
  const isIntegration = user.profile === 'integration';
  const integrates = permissionSets.includes('File_Migration_Integration');
  return {
    ...user,
    permissionSets,
    fields,
    objects,
    ...(isIntegration && !integrates ? { defaultAccess: NO_ACCESS, viewSetup: false, customPermissions: [] } : {}),
  };
}

/** `object.field` as this org has it, lower case, and as our metadata has it. */
function ownFieldNames(names: DocumentNames): [string, string][] {
  const document = documentObjectName(names);
  return [
    ...ownFields.map(({ name }): [string, string] => [
      `${document}.${documentField(names, name)}`.toLowerCase(),
      `${OUR_DOCUMENT}.${name}`.toLowerCase(),
    ]),
    ...packageObjects
      .filter(({ name }) => name.endsWith('__c'))
      .flatMap(({ name: object, fields }) =>
        fields
          .filter(({ name }) => name.endsWith('__c'))
          .map(({ name }): [string, string] => {
            const own = `${object}.${name}`.toLowerCase();
            return [own, own];
          }),
      ),
  ];
}

function grantsIn(set: Element): Grants {
  return {
    fields: new Map(
      each(set, 'fieldPermissions').map((grant) => [
        (valueOf(grant, 'field') ?? '').toLowerCase(),
        valueOf(grant, 'editable') === 'true' ? 'edit' : valueOf(grant, 'readable') === 'true' ? 'read' : 'none',
      ]),
    ),
    objects: new Map(
      each(set, 'objectPermissions').map((grant) => {
        const may = (right: string): boolean => valueOf(grant, right) === 'true';
        return [
          (valueOf(grant, 'object') ?? '').toLowerCase(),
          {
            read: may('allowRead'),
            create: may('allowCreate'),
            edit: may('allowEdit'),
            delete: may('allowDelete'),
            viewAll: may('viewAllRecords'),
            modifyAll: may('modifyAllRecords'),
          },
        ];
      }),
    ),
  };
}
