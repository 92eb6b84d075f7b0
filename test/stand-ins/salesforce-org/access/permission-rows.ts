import type { ObjectMeta, Schema } from '../objects/schema.ts';
import { idOf } from '../objects/record-id.ts';
import type { Store } from '../store/store.ts';
import type { RecordInput } from '../store/field-values.ts';
import { fieldAccess, objectAccess } from './permissions.ts';
import { INTEGRATION_LICENSE_SET, profiles, type User } from './users.ts';

const MANAGED = [
  'User',
  'Profile',
  'PermissionSet',
  'PermissionSetAssignment',
  'ObjectPermissions',
  'FieldPermissions',
  'SetupEntityAccess',
  'CustomPermission',
  'UserLicense',
  'PermissionSetLicense',
  'PermissionSetLicenseAssign',
];

/** The permission sets of force-app: they are there whoever holds them. */
const DEPLOYED = ['File_Migration_Admin', 'File_Migration_Viewer', 'File_Migration_Integration', 'File_Migration_User'];

/**
 * Writes users and their permissions as the set-up objects tell them. Each user's own deviations appear as a permission
 * set of their own, so that adding up their assignments gives what they may do.
 */
export function writePermissionRows(store: Store, users: readonly User[], packageDeployed: boolean): void {
  const { schema } = store;
  const author = { id: users[0]?.id ?? idOf('005', 1) };
  const insert = (object: string, record: RecordInput): string => store.insert(schema.get(object), record, author);
  store.transaction(() => {
    for (const object of MANAGED) store.db.exec(`DELETE FROM "${object}"`);
    const licenses = new Map(
      [...new Set(Object.values(profiles).map(({ license }) => license))].map((name) => [
        name,
        insert('UserLicense', { Name: name, MasterLabel: name }),
      ]),
    );
    for (const [index, { label, userType, license }] of Object.values(profiles).entries()) {
      const UserLicenseId = licenses.get(license);
      insert('Profile', { Id: idOf('00e', index + 1), Name: label, UserType: userType, UserLicenseId });
    }
    const licenseSet = insert('PermissionSetLicense', {
      DeveloperName: INTEGRATION_LICENSE_SET,
      MasterLabel: 'Salesforce API Integration',
      Status: 'Active',
    });
    const names = new Set([...DEPLOYED, ...users.flatMap((user) => user.permissionSets)]);
    const sets = new Map(
      (packageDeployed ? [...names] : []).map((name) => [
        name,
        insert('PermissionSet', { Name: name, Label: name.replaceAll('_', ' '), IsOwnedByProfile: false }),
      ]),
    );
    const customPermissions = new Map(
      [...new Set(users.flatMap((user) => user.customPermissions))].map((name) => [
        name,
        insert('CustomPermission', { DeveloperName: name, MasterLabel: name.replaceAll('_', ' ') }),
      ]),
    );
    for (const user of users) {
      insert('User', userRecord(user));
      if (user.permissionSetLicenses.includes(INTEGRATION_LICENSE_SET)) {
        insert('PermissionSetLicenseAssign', { PermissionSetLicenseId: licenseSet, AssigneeId: user.id });
      }
      const own = insert('PermissionSet', ownSet(user));
      for (const set of [own, ...user.permissionSets.flatMap((name) => sets.get(name) ?? [])]) {
        insert('PermissionSetAssignment', { PermissionSetId: set, AssigneeId: user.id, IsActive: true });
      }
      for (const name of packageDeployed ? user.customPermissions : []) {
        insert('SetupEntityAccess', {
          ParentId: own,
          SetupEntityId: customPermissions.get(name),
          SetupEntityType: 'CustomPermission',
        });
      }
      for (const record of accessRecords(user, schema, own)) insert(record.object, record.fields);
    }
  });
}

function userRecord(user: User): RecordInput {
  const [firstName = '', ...lastName] = user.name.split(' ');
  return {
    Id: user.id,
    Username: user.username,
    Name: user.name,
    FirstName: firstName,
    LastName: lastName.join(' ') || firstName,
    Email: user.email,
    Alias: firstName.slice(0, 8),
    UserType: user.userType,
    IsActive: user.active,
    IsPortalEnabled: user.profile === 'external',
    ProfileId: user.profileId,
    TimeZoneSidKey: 'GMT',
    LocaleSidKey: 'en_US',
    LanguageLocaleKey: 'en_US',
  };
}

function ownSet(user: User): RecordInput {
  return {
    Name: `X${user.id}`,
    Label: profiles[user.profile].label,
    IsOwnedByProfile: true,
    ProfileId: user.profileId,
    PermissionsApiEnabled: user.apiEnabled,
    PermissionsViewSetup: user.viewSetup,
    PermissionsViewAllData: user.defaultAccess.viewAll && user.objects.size === 0,
    PermissionsModifyAllData: user.defaultAccess.modifyAll && user.objects.size === 0,
  };
}

function accessRecords(user: User, schema: Schema, parent: string): { object: string; fields: RecordInput }[] {
  const business = schema.all().filter((meta) => !meta.setup && !meta.event);
  return business.flatMap((meta) => {
    const access = objectAccess(user, meta);
    const object = {
      object: 'ObjectPermissions',
      fields: {
        ParentId: parent,
        SobjectType: meta.name,
        PermissionsRead: access.read,
        PermissionsCreate: access.create,
        PermissionsEdit: access.edit,
        PermissionsDelete: access.delete,
        PermissionsViewAllRecords: access.viewAll,
        PermissionsModifyAllRecords: access.modifyAll,
      },
    };
    return access.read ? [object, ...fieldRecords(user, meta, parent)] : [];
  });
}

function fieldRecords(user: User, meta: ObjectMeta, parent: string) {
  return meta.fields
    .filter((field) => field.name.endsWith('__c') && fieldAccess(user, meta, field) !== 'none')
    .map((field) => ({
      object: 'FieldPermissions',
      fields: {
        ParentId: parent,
        SobjectType: meta.name,
        Field: `${meta.name}.${field.name}`,
        PermissionsRead: true,
        PermissionsEdit: fieldAccess(user, meta, field) === 'edit',
      },
    }));
}
