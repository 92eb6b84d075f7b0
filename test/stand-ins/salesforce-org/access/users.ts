import { idOf } from '../objects/record-id.ts';

export type ObjectAccess = {
  readonly read: boolean;
  readonly create: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
  /** Sees every record, whatever sharing says. */
  readonly viewAll: boolean;
  readonly modifyAll: boolean;
};
export type FieldAccess = 'none' | 'read' | 'edit';

/** Somebody who can work in this org. What is not said comes from their profile. */
export type UserOptions = {
  readonly username: string;
  readonly name?: string;
  readonly email?: string;
  /** Where their permissions start from; see the table in the README. */
  readonly profile?: ProfileName;
  readonly active?: boolean;
  /** Without it every REST call answers 403 API_DISABLED_FOR_ORG. */
  readonly apiEnabled?: boolean;
  /** Needed for GET /limits. */
  readonly viewSetup?: boolean;
  readonly permissionSets?: readonly string[];
  /** A set is held only with the license that it needs; see the profile. */
  readonly permissionSetLicenses?: readonly string[];
  readonly customPermissions?: readonly string[];
  /** By object API name, over the profile's. */
  readonly objects?: Readonly<Record<string, Partial<ObjectAccess>>>;
  /** By `Object.Field`. */
  readonly fields?: Readonly<Record<string, FieldAccess>>;
  /** SOQL conditions on an object's records: what they leave out, SOQL hides; retrieving by id does not. */
  readonly restrictionRules?: readonly { readonly object: string; readonly where: string }[];
  /** Documents shared with them although they own none. */
  readonly sharedWith?: readonly string[];
};

export type ProfileName = 'admin' | 'integration' | 'standard' | 'external';

export type User = Required<Omit<UserOptions, 'sharedWith' | 'restrictionRules' | 'objects' | 'fields'>> & {
  readonly id: string;
  readonly profileId: string;
  readonly userType: string;
  readonly defaultAccess: ObjectAccess;
  /** Lower-cased object name to what differs from the default. */
  readonly objects: ReadonlyMap<string, Partial<ObjectAccess>>;
  /** Lower-cased `object.field`. */
  readonly fields: ReadonlyMap<string, FieldAccess>;
  readonly restrictionRules: readonly { readonly object: string; readonly where: string }[];
  readonly sharedWith: readonly string[];
};

type Profile = {
  readonly label: string;
  readonly userType: string;
  readonly access: ObjectAccess;
  readonly viewSetup: boolean;
  /** Name of the user license. */
  readonly license: string;
  readonly permissionSets: readonly string[];
  readonly permissionSetLicenses: readonly string[];
  readonly customPermissions: readonly string[];
};

const everything: ObjectAccess = {
  read: true,
  create: true,
  edit: true,
  delete: true,
  viewAll: true,
  modifyAll: true,
};

export const NO_ACCESS: ObjectAccess = {
  read: false,
  create: false,
  edit: false,
  delete: false,
  viewAll: false,
  modifyAll: false,
};

/** Permission set license "Salesforce API Integration": without it the license Salesforce Integration takes no set. */
export const INTEGRATION_LICENSE_SET = 'SalesforceAPIIntegrationPsl';

/** A custom permission of `force-app/main`: the guard applies to those who hold it. */
export const WRITER_PERMISSION = 'File_Migration_Writer';

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  admin: {
    label: 'System Administrator',
    userType: 'Standard',
    access: everything,
    viewSetup: true,
    license: 'Salesforce',
    permissionSets: ['File_Migration_Admin', 'File_Migration_User'],
    permissionSetLicenses: [],
    customPermissions: [],
  },
  integration: {
    label: 'Minimum Access - API Only Integrations',
    userType: 'Standard',
    access: everything,
    viewSetup: true,
    license: 'Salesforce Integration',
    permissionSets: ['File_Migration_Integration'],
    permissionSetLicenses: [INTEGRATION_LICENSE_SET],
    customPermissions: [WRITER_PERMISSION],
  },
  standard: {
    label: 'Standard User',
    userType: 'Standard',
    access: { read: true, create: true, edit: true, delete: false, viewAll: false, modifyAll: false },
    viewSetup: false,
    license: 'Salesforce',
    permissionSets: ['File_Migration_User'],
    permissionSetLicenses: [],
    customPermissions: [],
  },
  external: {
    label: 'Customer Community User',
    userType: 'CspLitePortal',
    access: { read: true, create: false, edit: false, delete: false, viewAll: false, modifyAll: false },
    viewSetup: false,
    license: 'Customer Community',
    permissionSets: ['File_Migration_User'],
    permissionSetLicenses: [],
    customPermissions: [],
  },
};

/** The people of an org for which nobody said otherwise. */
export const defaultUsers: readonly UserOptions[] = [
  { username: 'admin@file-migration.example', name: 'Ada Admin', profile: 'admin' },
  { username: 'integration@file-migration.example', name: 'File Migration', profile: 'integration' },
  { username: 'alice@file-migration.example', name: 'Alice Adams', profile: 'standard' },
  { username: 'bob@file-migration.example', name: 'Bob Brown', profile: 'standard' },
  { username: 'carol@partner.example', name: 'Carol Customer', profile: 'external' },
  { username: 'dave@file-migration.example', name: 'Dave Dunn', profile: 'standard', apiEnabled: false },
];

/** A user with every default filled in. `sequence` makes their id. */
export function completeUser(options: UserOptions, sequence: number): User {
  const profileName = options.profile ?? 'standard';
  const profile = profiles[profileName];
  return {
    id: idOf('005', sequence),
    username: options.username,
    name: options.name ?? options.username.split('@')[0] ?? options.username,
    email: options.email ?? options.username,
    profile: profileName,
    profileId: idOf('00e', Object.keys(profiles).indexOf(profileName) + 1),
    userType: profile.userType,
    active: options.active ?? true,
    apiEnabled: options.apiEnabled ?? true,
    viewSetup: options.viewSetup ?? profile.viewSetup,
    permissionSets: options.permissionSets ?? profile.permissionSets,
    permissionSetLicenses: options.permissionSetLicenses ?? profile.permissionSetLicenses,
    customPermissions: options.customPermissions ?? profile.customPermissions,
    defaultAccess: profile.access,
    objects: new Map(Object.entries(options.objects ?? {}).map(([name, access]) => [name.toLowerCase(), access])),
    fields: new Map(Object.entries(options.fields ?? {}).map(([name, access]) => [name.toLowerCase(), access])),
    restrictionRules: options.restrictionRules ?? [],
    sharedWith: options.sharedWith ?? [],
  };
}
