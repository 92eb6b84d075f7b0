/* Who may do what after a deployment of our metadata. */
import { expect } from 'chai';
import { startSalesforceOrg, type SalesforceOrg } from '../../salesforce-org/index.ts';
import { restCall } from './calls.ts';

describe('the simulated org, rights after a deployment', () => {
  const ADMIN = 'plain-admin@file-migration.example';
  const OPENER = 'opener@file-migration.example';
  const INTEGRATION = 'integration@file-migration.example';
  const UNLICENSED = 'unlicensed@file-migration.example';
  let org: SalesforceOrg;
  let id: string;
  before(async () => {
    org = await startSalesforceOrg({
      users: [
        { username: ADMIN, profile: 'admin', permissionSets: [] },
        { username: OPENER, profile: 'admin', permissionSets: ['File_Migration_User'] },
        { username: INTEGRATION, profile: 'integration' },
        { username: UNLICENSED, profile: 'integration', permissionSetLicenses: [] },
      ],
    });
    id = org.records.insertOne('DocListEntry__c', { Name: 'a.pdf', File_Key__c: 'uploads/a' });
  });
  after(() => org.close());

  async function statusOf(user: string, field: string): Promise<number> {
    const soql = `SELECT ${field} FROM DocListEntry__c WHERE Id = '${id}'`;
    return (await restCall(org, user, `/query?q=${encodeURIComponent(soql)}`)).status;
  }
  async function write(user: string): Promise<number> {
    const call = { method: 'PATCH', body: { File_Key__c: 'uploads/b' } };
    return (await restCall(org, user, `/sobjects/DocListEntry__c/${id}`, call)).status;
  }

  it('gives an administrator the vendor’s fields, and ours only by a permission set', async () => {
    expect(await statusOf(ADMIN, 'Document__c')).to.equal(200);
    expect(await statusOf(ADMIN, 'File_Key__c')).to.equal(400);
    expect(await statusOf(OPENER, 'File_Key__c')).to.equal(200);
    expect(await write(OPENER)).to.equal(400);
  });

  it('gives the integration user what its set grants, and nothing without the permission set license', async () => {
    expect(await statusOf(INTEGRATION, 'File_Key__c')).to.equal(200);
    expect(await write(INTEGRATION)).to.equal(204);
    expect(await statusOf(UNLICENSED, 'Document__c')).to.equal(400);
    const soql = `SELECT Id FROM PermissionSetAssignment WHERE Assignee.Username = '${UNLICENSED}' AND PermissionSet.IsOwnedByProfile = false`;
    const { json } = await restCall(org, ADMIN, `/query?q=${encodeURIComponent(soql)}`);
    expect(json).to.include({ totalSize: 0 });
  });
});
