import type { FieldDescription, ObjectDescription } from './description.ts';

const text = (...names: string[]): FieldDescription[] =>
  names.map((name) => ({ name, type: 'string' as const, length: 255 }));
const flags = (...names: string[]): FieldDescription[] => names.map((name) => ({ name, type: 'boolean' as const }));
const to = (name: string, object: string, relationshipName: string): FieldDescription => ({
  name,
  type: 'reference',
  referenceTo: [object],
  relationshipName,
});

/** Who may do what, as the set-up objects tell it. Filled from the users' options (see access/permission-rows.ts). */
export const permissionObjects: readonly ObjectDescription[] = [
  {
    name: 'PermissionSet',
    keyPrefix: '0PS',
    setup: true,
    fields: [
      ...text('Name', 'Label', 'NamespacePrefix'),
      ...flags(
        'IsOwnedByProfile',
        'PermissionsApiEnabled',
        'PermissionsViewSetup',
        'PermissionsViewAllData',
        'PermissionsModifyAllData',
      ),
      to('ProfileId', 'Profile', 'Profile'),
    ],
  },
  {
    name: 'PermissionSetAssignment',
    keyPrefix: '0Pa',
    setup: true,
    fields: [
      to('PermissionSetId', 'PermissionSet', 'PermissionSet'),
      to('AssigneeId', 'User', 'Assignee'),
      ...flags('IsActive'),
    ],
  },
  {
    name: 'UserLicense',
    keyPrefix: '100',
    setup: true,
    fields: text('Name', 'MasterLabel', 'LicenseDefinitionKey'),
  },
  {
    name: 'PermissionSetLicense',
    keyPrefix: '0PL',
    setup: true,
    fields: text('DeveloperName', 'MasterLabel', 'Status'),
  },
  {
    name: 'PermissionSetLicenseAssign',
    keyPrefix: '2LA',
    setup: true,
    fields: [
      to('PermissionSetLicenseId', 'PermissionSetLicense', 'PermissionSetLicense'),
      to('AssigneeId', 'User', 'Assignee'),
    ],
  },
  {
    name: 'ExternalClientApplication',
    keyPrefix: '0xI',
    setup: true,
    fields: text('DeveloperName', 'MasterLabel', 'DistributionState'),
  },
  {
    name: 'ExtlClntAppOauthPlcyCnfg',
    keyPrefix: '0yI',
    setup: true,
    fields: [
      ...text('DeveloperName', 'PermittedUsersPolicyType', 'IpRelaxationPolicyType', 'RefreshTokenPolicyType'),
      to('ExternalClientApplicationId', 'ExternalClientApplication', 'ExternalClientApplication'),
    ],
  },
  {
    name: 'ObjectPermissions',
    keyPrefix: '110',
    setup: true,
    fields: [
      to('ParentId', 'PermissionSet', 'Parent'),
      ...text('SobjectType'),
      ...flags(
        'PermissionsRead',
        'PermissionsCreate',
        'PermissionsEdit',
        'PermissionsDelete',
        'PermissionsViewAllRecords',
        'PermissionsModifyAllRecords',
      ),
    ],
  },
  {
    name: 'FieldPermissions',
    keyPrefix: '01k',
    setup: true,
    fields: [
      to('ParentId', 'PermissionSet', 'Parent'),
      ...text('SobjectType', 'Field'),
      ...flags('PermissionsRead', 'PermissionsEdit'),
    ],
  },
  {
    name: 'SetupEntityAccess',
    keyPrefix: '0J0',
    setup: true,
    fields: [
      to('ParentId', 'PermissionSet', 'Parent'),
      { name: 'SetupEntityId', type: 'reference', referenceTo: ['CustomPermission'] },
      ...text('SetupEntityType'),
    ],
  },
  {
    name: 'CustomPermission',
    keyPrefix: '0CP',
    setup: true,
    fields: text('DeveloperName', 'MasterLabel', 'NamespacePrefix'),
  },
  {
    name: 'UserRecordAccess',
    keyPrefix: '0UR',
    setup: true,
    fields: [
      to('UserId', 'User', 'User'),
      { name: 'RecordId', type: 'reference', referenceTo: [] },
      ...flags('HasReadAccess', 'HasEditAccess', 'HasDeleteAccess', 'HasAllAccess'),
      ...text('MaxAccessLevel'),
    ],
  },
];

/** What the Tooling API tells about automation on an object. Filled by `tooling` options. */
export const toolingObjects: readonly ObjectDescription[] = [
  {
    name: 'EntityDefinition',
    keyPrefix: '4ie',
    setup: true,
    tooling: true,
    fields: [
      ...text('QualifiedApiName', 'DeveloperName', 'DurableId', 'KeyPrefix', 'Label', 'NamespacePrefix'),
      ...text('InternalSharingModel', 'ExternalSharingModel'),
      ...flags('IsCustomizable', 'IsFieldHistoryTracked', 'IsFeedEnabled'),
    ],
  },
  {
    name: 'FieldDefinition',
    keyPrefix: '4fd',
    setup: true,
    tooling: true,
    fields: [
      ...text('QualifiedApiName', 'DeveloperName', 'DurableId', 'DataType', 'Label'),
      to('EntityDefinitionId', 'EntityDefinition', 'EntityDefinition'),
      { name: 'Length', type: 'int' as const },
      ...flags('IsFieldHistoryTracked'),
    ],
  },
  {
    name: 'ValidationRule',
    keyPrefix: '03d',
    setup: true,
    tooling: true,
    fields: [
      ...text('ValidationName', 'ErrorDisplayField', 'ErrorMessage', 'Description'),
      ...text('NamespacePrefix', 'FullName'),
      to('EntityDefinitionId', 'EntityDefinition', 'EntityDefinition'),
      ...flags('Active'),
    ],
  },
  {
    name: 'ApexTrigger',
    keyPrefix: '01q',
    setup: true,
    tooling: true,
    fields: [
      ...text('Name', 'TableEnumOrId', 'Status', 'NamespacePrefix'),
      to('EntityDefinitionId', 'EntityDefinition', 'EntityDefinition'),
      ...flags(
        'UsageBeforeUpdate',
        'UsageAfterUpdate',
        'UsageBeforeInsert',
        'UsageAfterInsert',
        'UsageBeforeDelete',
        'UsageAfterDelete',
        'UsageIsBulk',
      ),
    ],
  },
  {
    name: 'FlowDefinitionView',
    keyPrefix: '3dd',
    setup: true,
    fields: [
      ...text('ApiName', 'Label', 'ProcessType', 'TriggerType', 'TriggerObjectOrEventLabel', 'RecordTriggerType'),
      to('TriggerObjectOrEventId', 'EntityDefinition', 'TriggerObjectOrEvent'),
      ...text('DurableId', 'NamespacePrefix'),
      ...flags('IsActive'),
    ],
  },
  {
    name: 'MetadataComponentDependency',
    keyPrefix: '0MC',
    setup: true,
    tooling: true,
    fields: text(
      'MetadataComponentId',
      'MetadataComponentName',
      'MetadataComponentType',
      'MetadataComponentNamespace',
      'RefMetadataComponentId',
      'RefMetadataComponentName',
      'RefMetadataComponentType',
    ),
  },
  {
    name: 'WorkflowRule',
    keyPrefix: '01Q',
    setup: true,
    tooling: true,
    fields: text('Name', 'TableEnumOrId', 'NamespacePrefix'),
  },
  {
    name: 'PlatformEventChannelMember',
    keyPrefix: '0v8',
    setup: true,
    tooling: true,
    fields: text('SelectedEntity', 'EventChannel'),
  },
  {
    name: 'CustomField',
    keyPrefix: '00N',
    setup: true,
    tooling: true,
    fields: [...text('DeveloperName', 'TableEnumOrId', 'NamespacePrefix', 'FullName')],
  },
];
