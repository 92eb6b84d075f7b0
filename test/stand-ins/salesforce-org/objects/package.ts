import type { FieldDescription, ObjectDescription } from './description.ts';

const text = (name: string, length = 255, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  type: 'string',
  length,
  ...more,
});
const numbers = (...names: string[]): FieldDescription[] => names.map((name) => ({ name, type: 'double' as const }));
const times = (...names: string[]): FieldDescription[] => names.map((name) => ({ name, type: 'datetime' as const }));
const long = (name: string): FieldDescription => ({ name, type: 'textarea', length: 131_072, filterable: false });
const external: FieldDescription = text('External_Id__c', 255, { externalId: true, unique: true });
const run: FieldDescription = {
  name: 'Run__c',
  type: 'reference',
  referenceTo: ['File_Migration_Run__c'],
  relationshipName: 'Run__r',
};

/**
 * The objects of `force-app/main`, for an org that has it deployed. Replace any of them by `objects` in the options
 * when the metadata says otherwise.
 */
export const packageObjects: readonly ObjectDescription[] = [
  {
    name: 'File_Migration_Run__c',
    label: 'File Migration Run',
    keyPrefix: 'a0R',
    sharing: 'public',
    fields: [
      text('Name', 80),
      external,
      text('Type__c', 40),
      text('Status__c', 40),
      text('Phase__c', 10),
      text('Milestone__c', 40),
      text('Stopped_By__c'),
      ...times('Started__c', 'Ended__c', 'Heartbeat__c'),
      ...numbers('Sequence__c', 'Documents__c', 'Bytes__c', 'Rate__c', 'Seconds_Left__c', 'Failed__c'),
      long('Snapshot__c'),
    ],
  },
  {
    name: 'File_Migration_Account__c',
    label: 'File Migration Account',
    keyPrefix: 'a0S',
    sharing: 'public',
    fields: [
      text('Name', 80),
      external,
      {
        name: 'Account__c',
        type: 'reference',
        referenceTo: ['Account'],
        relationshipName: 'Account__r',
      },
      text('Account_Id__c', 18),
      ...numbers('Documents__c', 'Copied__c', 'Verified__c', 'Switched__c', 'Failed__c', 'Bytes__c'),
    ],
  },
  {
    name: 'File_Migration_Error__c',
    label: 'File Migration Error',
    keyPrefix: 'a0T',
    sharing: 'public',
    fields: [
      text('Name', 80),
      external,
      run,
      text('Document_Id__c', 18),
      text('Error_Class__c', 80),
      long('Message__c'),
      ...numbers('Count__c'),
      ...times('First_Seen__c', 'Last_Seen__c'),
    ],
  },
  {
    name: 'File_Migration_Setting__mdt',
    label: 'File Migration Setting',
    keyPrefix: 'm00',
    ownerless: true,
    fields: [
      text('DeveloperName', 40),
      text('MasterLabel', 40),
      text('QualifiedApiName', 70),
      { name: 'Redirect_Base_Url__c', type: 'url', length: 255 },
      text('Runbook_Link__c'),
      text('Link_Certificate__c', 80),
      ...numbers('Stale_After_Minutes__c'),
    ],
  },
  {
    name: 'File_Migration_Milestone__mdt',
    label: 'File Migration Milestone',
    keyPrefix: 'm01',
    ownerless: true,
    fields: [
      text('DeveloperName', 40),
      text('MasterLabel', 40),
      text('QualifiedApiName', 70),
      text('Description__c'),
      ...numbers('Order__c'),
    ],
  },
  {
    name: 'File_Migration_Progress__e',
    label: 'File Migration Progress',
    keyPrefix: 'e00',
    event: true,
    ownerless: true,
    fields: [
      text('Run_External_Id__c'),
      text('Status__c', 40),
      text('Milestone__c', 40),
      ...numbers('Sequence__c', 'Documents__c', 'Done__c', 'Failed__c'),
    ],
  },
];
