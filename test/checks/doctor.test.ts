import { expect } from 'chai';
import type { Check } from '../../plugin/src/checks/check.ts';
import { diagnose, diagnosis, type DoctorTools } from '../../plugin/src/checks/doctor.ts';
import { rule } from '../../plugin/src/checks/check.ts';
import { gateIds, ruleBook } from '../../plugin/src/checks/rule-book.ts';
import { CheckPrinter, notCheckedLines } from '../../plugin/src/ui/checks/text.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import { DEPLOY_COMMAND } from '../../plugin/src/model/guidance.ts';
import { orgChecks } from '../../plugin/src/checks/org-checks.ts';
import { deployedChecks, longestPossible } from '../../plugin/src/checks/deployed-checks.ts';
import { defaultUsers } from '@file-migration/stand-ins/salesforce-org/access/users';
import { INTEGRATION_USER } from '@file-migration/kit/org/session-of';
import { addDocuments, migrationWorld, type MigrationWorld } from '@file-migration/kit/migration/migration-world';
import { runSwitch, withTools } from '@file-migration/kit/migration/switch';

describe('doctor', () => {
  const { signal } = new AbortController();
  let world: MigrationWorld;
  afterEach(() => world.close());

  const checks = (changes: Partial<DoctorTools> = {}): Promise<Check[]> =>
    withTools(world, async ({ org, storage, catalog }) => {
      const found: Check[] = [];
      const tools = { org, storage, catalog, config: world.config, missing: [], bearer: () => 'token', ...changes };
      for await (const check of diagnose(tools, signal)) found.push(check);
      return found;
    });
  const guard = async (): Promise<Check | undefined> => (await checks()).find(({ id }) => id === 'guard');

  it('says without the guard that an edit could be lost, and how long the window is once jobs have told', async () => {
    world = await migrationWorld({ org: { guard: false } });
    await addDocuments(world, 12);
    await world.run();
    expect(await guard()).to.deep.include({ status: 'failed', blocks: 'switch', fix: DEPLOY_COMMAND });
    expect((await guard())?.found).to.match(/overwritten: how long that window is will be known after the first job$/);

    world.org.setFaults([{ match: { operation: 'ingest.job' }, fault: { kind: 'slow', ms: 400 } }]);
    const { jobs, windowMs } = await runSwitch(world);
    const known = await world.look((catalog) => catalog.jobWindows());
    expect(known?.jobs).to.equal(jobs);
    expect(known?.longestMs, 'what the switch itself measured').to.be.within(400, windowMs + 1_000);
    const seconds = /in the last 1 job that window was ([\d.]+) ?s long \(median; the longest ([\d.]+) ?s\)$/;
    expect((await guard())?.found).to.match(seconds);
  });

  const found = async (id: string): Promise<Check | undefined> =>
    (await checks()).find((candidate) => candidate.id === id);

  it('names the license that the integration user’s permission sets need', async () => {
    world = await migrationWorld();
    expect(await found('org-license')).to.include({ status: 'passed' });
    await world.close();
    const unlicensed = { username: INTEGRATION_USER, profile: 'integration' as const, permissionSetLicenses: [] };
    world = await migrationWorld({
      org: { users: [...defaultUsers.filter(({ profile }) => profile !== 'integration'), unlicensed] },
    });
    expect(await found('org-license')).to.include({
      status: 'failed',
      fix: `sf org assign permsetlicense --name SalesforceAPIIntegrationPsl --on-behalf-of ${INTEGRATION_USER}`,
    });
  });

  it('reports an External Client App that everybody may authorize', async () => {
    const app = { Id: '0xI000000000001AAA', DeveloperName: 'File_Migration_Redirect' };
    const policy = (PermittedUsersPolicyType: string) => ({
      ExternalClientApplication: [app],
      ExtlClntAppOauthPlcyCnfg: [{ ExternalClientApplicationId: app.Id, PermittedUsersPolicyType }],
    });
    world = await migrationWorld({ org: { setupRows: policy('AllSelfAuthorized') } });
    expect((await found('org-app-policy'))?.found).to.match(/more than the holders .*AllSelfAuthorized/);
    await world.close();
    world = await migrationWorld({ org: { setupRows: policy('AdminApprovedPreAuthorized') } });
    expect(await found('org-app-policy')).to.include({ status: 'passed' });
  });

  it('asks every rule there is, each gate among them, with a fix wherever one has not passed', async () => {
    world = await migrationWorld();
    await addDocuments(world, 3);
    await world.run();
    const all = await checks();
    expect(all.map(({ id }) => id)).to.have.members(Object.keys(ruleBook));
    for (const { id, status, fix, expected } of all) {
      expect(fix === undefined, id).to.equal(status === 'passed' || status === 'not-checked');
      expect(expected, id).to.be.a('string').that.is.not.empty;
    }
    for (const id of gateIds) expect(ruleBook[id].blocks, id).to.not.equal('nothing');
    expect(all.find(({ id }) => id === 'guard')?.status).to.equal('passed');
    expect(diagnosis(all).ready.backup).to.equal(true);
  });

  it('before the first backup names the backup once, and leaves what rests on it unchecked', async () => {
    world = await migrationWorld();
    await addDocuments(world, 3);
    const all = await checks({ catalog: undefined });
    const of = (id: string): Check | undefined => all.find((check) => check.id === id);
    expect(of('documents')).to.include({ status: 'failed', blocks: 'switch', fix: 'sf migrate files backup' });
    for (const id of ['evidence', 'copies', 'backup-age', 'drift'])
      expect(of(id), id).to.include({ status: 'not-checked', found: 'needs documents' });
    expect(diagnosis(all).ready).to.deep.equal({ backup: true, switch: false });
  });

  it('names one root cause where the org cannot be asked, and still looks at the target', async () => {
    world = await migrationWorld();
    const org = new Failure('The session has expired.', {
      code: 'session-expired',
      actions: ['Log in again: sf org login web'],
    });
    const all = await checks({ org });
    const open = all.filter(({ status, area }) => status === 'failed' && area !== 'target');
    expect(open.map(({ id, fix }) => [id, fix])).to.deep.equal([['org-reachable', 'Log in again: sf org login web']]);
    const left = all.filter(({ found }) => found === 'needs org-reachable').map(({ id }) => id);
    expect(left).to.include.members(['org-object', 'org-view-all', 'fields', 'guard', 'redirect', 'source-readable']);
    expect(all.find(({ id }) => id === 'target-writable')?.status).to.equal('passed');
    expect(diagnosis(all).ready).to.deep.equal({ backup: false, switch: false });
  });

  it('names the object once where the org has none of that name', async () => {
    world = await migrationWorld();
    const { org } = world.config;
    const config = { ...world.config, org: { ...org, document: { ...org.document, object: 'Nothing__c' } } };
    const all = await withTools({ org: world.org, config }, async ({ org: other, storage }) => {
      const found: Check[] = [];
      const tools = { org: other, storage, catalog: undefined, config, missing: [], bearer: () => 'token' };
      for await (const check of diagnose(tools, signal)) found.push(check);
      return found;
    });
    expect(
      all.filter(({ status, area }) => status === 'failed' && area !== 'target').map(({ id }) => id),
    ).to.deep.equal(['org-object']);
    expect(all.find(({ id }) => id === 'source-readable')).to.include({ found: 'needs org-object' });
  });

  it('prints the export line of a variable that is not set, and asks nothing that needs it', async () => {
    world = await migrationWorld();
    const before = world.store.traffic.recent().length;
    const missing = [{ name: 'TARGET_SECRET', path: 'target.credentials.secretAccessKey' }];
    const all = await checks({ missing });
    expect(all.find(({ id }) => id === 'environment')).to.include({
      status: 'failed',
      found: 'Not set: TARGET_SECRET (target.credentials.secretAccessKey).',
      fix: 'export TARGET_SECRET=<value>',
    });
    for (const { status, found } of all.filter(({ area }) => area === 'target'))
      expect([status, found]).to.deep.equal(['not-checked', 'needs environment']);
    expect(world.store.traffic.recent()).to.have.length(before);
  });

  it('refuses a proxy that is no address, and shows no password of one that is', async () => {
    world = await migrationWorld();
    const variables = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];
    const kept = variables.map((name) => [name, process.env[name]] as const);
    const proxy = async (address: string): Promise<Check | undefined> => {
      for (const name of variables) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, { HTTPS_PROXY: address, NO_PROXY: '127.0.0.1' });
      return (await checks({ org: new Failure('no', { code: 'org-unreachable' }) })).find(({ id }) => id === 'proxy');
    };
    try {
      expect(await proxy('proxy.example.com')).to.include({ status: 'failed', blocks: 'backup' });
      const named = await proxy('http://me:secret@proxy.example.com:3128');
      expect(named).to.include({ status: 'passed' });
      expect(named?.found).to.include('proxy.example.com:3128').and.to.not.include('secret');
    } finally {
      for (const [name, value] of kept)
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
    }
  });

  it('names the objects and permission sets that the panel lacks', async () => {
    world = await migrationWorld({ org: { deployed: false } });
    const panel = await found('org-panel');
    expect(panel).to.include({ status: 'failed', blocks: 'nothing', fix: DEPLOY_COMMAND });
    expect(panel?.found).to.include('File_Migration_Run__c').and.to.include('File_Migration_Viewer');
  });

  it('gives the same advice once, and tells what was not checked in one line a reason', () => {
    const printer = new CheckPrinter();
    const [first, second] = ['target-versioning', 'target-ownership'].map((id) =>
      printer.lines(rule(id as 'target-versioning').unknown('denied', 'Grant the rights')),
    );
    expect(first?.[1]).to.equal('      fix: Grant the rights');
    expect(second?.[1]).to.equal('      fix: as above');
    const left = (['guard', 'fields', 'redirect'] as const).map((id) => rule(id).notChecked('needs org-reachable'));
    expect(notCheckedLines(left).join('\n')).to.contain('not checked (needs org-reachable): guard, fields, redirect');
  });

  it('asks for fields that hold a key and an original URL, and for a guard that is for this user', async () => {
    world = await migrationWorld();
    const facts = await withTools(world, ({ org }) => org.facts());
    const fields = facts.fields.map((each) =>
      each.field === undefined || each.setting === 'urlField'
        ? each
        : { ...each, field: { ...each.field, length: 80 } },
    );
    const user = facts.user.available
      ? { ...facts.user, value: { ...facts.user.value, writer: { available: true, value: false } as const } }
      : facts.user;
    const other = { ...facts, fields, user };
    expect([...orgChecks(other, world.config, undefined)].filter(({ status }) => status !== 'passed')).to.deep.equal(
      [],
    );
    const failed = deployedChecks(other, longestPossible(other, 40), undefined)
      .filter(({ status }) => status === 'failed')
      .map(({ id, fix, blocks }) => [id, fix, blocks]);
    expect(failed).to.deep.equal([
      [
        'link-length',
        'Lengthen File_Key__c to 255 characters; Lengthen File_Original_Url__c to 255 characters',
        'switch',
      ],
      ['guard', 'sf org assign permset --name File_Migration_Integration', 'switch'],
    ]);
  });
});
