import { AuthInfo, Connection } from '@salesforce/core';
import { expect } from 'chai';
import { createOrg } from '../../plugin/src/org/org.ts';
import { orgSession } from '../../plugin/src/org/session.ts';
import type { UserOptions } from '@file-migration/stand-ins/salesforce-org/index';
import { failureOf } from '@file-migration/kit/failure-of';
import { names, orgWorld, type OrgWorld } from '@file-migration/kit/org/org-world';

const objects = {
  full: { read: true, edit: true, viewAll: true, modifyAll: true },
  own: { read: true, edit: true, viewAll: false, modifyAll: false },
};
const users: UserOptions[] = [
  { username: 'admin@x.example', profile: 'admin' },
  { username: 'integration@x.example', profile: 'integration' },
  { username: 'narrow@x.example', profile: 'standard', objects: { DocListEntry__c: objects.own } },
  {
    username: 'blind@x.example',
    profile: 'integration',
    fields: { 'DocListEntry__c.File_Key__c': 'none', 'DocListEntry__c.Document__c': 'read' },
  },
];

describe('The facts about an org', () => {
  let w: OrgWorld;

  afterEach(() => w.close());

  it('hold all that a well set up org tells', async () => {
    w = await orgWorld({ users, orgName: 'Acme', sandbox: true });
    const facts = await w.open({ username: 'integration@x.example' }).facts();
    expect(facts.organization).to.deep.equal({
      available: true,
      value: { id: w.standIn.orgId, name: 'Acme', isSandbox: true, edition: 'Enterprise Edition', instance: 'SIM1' },
    });
    expect(facts.apiVersion).to.deep.equal({ used: '68.0', newest: '68.0' });
    expect(Math.abs(facts.clockSkewMs)).to.be.lessThan(3000);
    expect(facts.user).to.deep.include({ available: true });
    expect(facts.user.available && facts.user.value).to.deep.include({
      username: 'integration@x.example',
      apiEnabled: true,
      viewSetup: true,
      writer: { available: true, value: true },
      permissionSets: ['File_Migration_Integration'],
    });
    expect(facts.objectPermissions).to.deep.equal({ available: true, value: objects.full });
    const url = facts.fields.find(({ setting }) => setting === 'urlField');
    expect(url?.field).to.include({
      name: 'Document__c',
      type: 'url',
      length: 255,
      updateable: true,
      filterable: true,
    });
    expect(facts.fields.filter(({ field }) => field === undefined)).to.deep.equal([]);
    expect(facts.fields.map(({ name }) => name)).to.include.members(['File_Key__c', 'File_Original_Url__c']);
    expect(facts.limits.available && facts.limits.value.find(({ name }) => name === 'DailyApiRequests')?.max).to.equal(
      1_000_000,
    );
    expect(facts.deployed.guard).to.deep.equal({ available: true, value: 'active' });
    expect(facts.deployed.objects.available && facts.deployed.objects.value).to.include('File_Migration_Run__c');
    expect(facts.deployed.permissionSets.available && facts.deployed.permissionSets.value).to.include(
      'File_Migration_Integration',
    );
    expect(w.standIn.requests.unknown).to.deep.equal([]);
  });

  it('tell what is not deployed', async () => {
    w = await orgWorld({ users, deployed: false });
    const facts = await w.open({ username: 'admin@x.example' }).facts();
    const absent = facts.fields.filter(({ field }) => field === undefined).map(({ setting }) => setting);
    expect(absent).to.deep.equal(['keyField', 'originalUrlField']);
    expect(facts.deployed.guard).to.deep.equal({ available: true, value: 'absent' });
    expect(facts.deployed.objects).to.deep.equal({ available: true, value: [] });
    expect(facts.deployed.permissionSets).to.deep.equal({ available: true, value: [] });
    expect(facts.user.available && facts.user.value.writer).to.deep.equal({ available: true, value: false });
  });

  it('tell an inactive guard from none', async () => {
    w = await orgWorld({
      users,
      guard: false,
      validationRules: [
        {
          object: 'DocListEntry__c',
          name: 'File_Migration_Guard',
          message: 'x',
          field: 'Document__c',
          active: false,
          refuses: () => true,
        },
      ],
    });
    const facts = await w.open({ username: 'admin@x.example' }).facts();
    expect(facts.deployed.guard).to.deep.equal({ available: true, value: 'inactive' });
  });

  it('never take what was denied for empty', async () => {
    w = await orgWorld({ users });
    const facts = await w.open({ username: 'narrow@x.example' }).facts();
    expect(facts.objectPermissions).to.deep.equal({ available: true, value: objects.own });
    expect(facts.limits).to.deep.include({ available: false, code: 'org-insufficient-access' });
    expect(facts.user.available && facts.user.value.viewSetup).to.equal(false);
  });

  it('show the fields that the user may not read or write', async () => {
    w = await orgWorld({ users });
    const facts = await w.open({ username: 'blind@x.example' }).facts();
    const field = (setting: string) => facts.fields.find((candidate) => candidate.setting === setting)?.field;
    expect(field('keyField')).to.equal(undefined);
    expect(field('urlField')?.updateable).to.equal(false);
  });

  it('say that the object is not there', async () => {
    w = await orgWorld({ users });
    const document = { ...names.document, object: 'Nothing__c' };
    const facts = await w.open({ username: 'admin@x.example', names: { ...names, document } }).facts();
    expect(facts.object).to.deep.include({ available: false, code: 'object-missing' });
    expect(facts.fields).to.deep.equal([]);
  });

  it('measure the clock', async () => {
    w = await orgWorld({ users, clock: () => Date.now() - 600_000 });
    const { clockSkewMs } = await w.open({ username: 'admin@x.example' }).facts();
    expect(clockSkewMs).to.be.within(-602_000, -598_000);
  });

  it('are not collected without a session', async () => {
    w = await orgWorld({ users });
    w.standIn.expireSessions();
    const failure = await failureOf(w.open({ username: 'admin@x.example', renewable: false }).facts());
    expect(failure.code).to.equal('session-expired');
  });

  for (const body of ['Bad_OAuth_Token', 'Missing_OAuth_Token', 'Wrong_Org']) {
    it(`come to a token that may not ask for its user, which is told ${body}`, async () => {
      w = await orgWorld({ users });
      w.standIn.setFaults([{ match: { operation: 'oauth.userinfo' }, fault: { kind: 'answer', status: 403, body } }]);
      const org = w.open({ username: 'admin@x.example', renewable: false });
      expect(await org.organizationId()).to.equal(w.standIn.orgId);
      expect((await org.facts()).user.available).to.equal(true);
    });
  }

  it('come through a connection of sf as well, whose expired session only a person can renew', async () => {
    w = await orgWorld({ users });
    const authInfo = await AuthInfo.create({
      accessTokenOptions: {
        accessToken: w.standIn.accessToken,
        instanceUrl: `${w.standIn.url}/`,
        loginUrl: w.standIn.url,
      },
    });
    const connection = await Connection.create({ authInfo });
    const org = createOrg({ session: orgSession(connection), names });
    expect(await org.organizationId()).to.equal(w.standIn.orgId);
    expect((await org.facts()).organization.available).to.equal(true);
    w.standIn.expireSessions();
    expect((await failureOf(org.countDocuments())).code).to.equal('session-expired');
    await org.close();
  });
});
