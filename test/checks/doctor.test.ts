import { expect } from 'chai';
import type { Check } from '../../plugin/src/checks/check.ts';
import { diagnose } from '../../plugin/src/checks/doctor.ts';
import { DEPLOY_COMMAND } from '../../plugin/src/model/guidance.ts';
import { orgChecks } from '../../plugin/src/checks/org.ts';
import { defaultUsers } from '@file-migration/stand-ins/salesforce-org/access/users';
import { INTEGRATION_USER } from '@file-migration/kit/org/session-of';
import { addDocuments, migrationWorld, type MigrationWorld } from '@file-migration/kit/migration/migration-world';
import { runSwitch, withTools } from '@file-migration/kit/migration/switch';

describe('doctor', () => {
  const { signal } = new AbortController();
  let world: MigrationWorld;
  afterEach(() => world.close());

  const checks = (): Promise<Check[]> =>
    withTools(world, async ({ org, storage, catalog }) => {
      const found: Check[] = [];
      for await (const check of diagnose({ org, storage, catalog, config: world.config }, signal)) found.push(check);
      return found;
    });
  const guard = async (): Promise<Check | undefined> => (await checks()).find(({ id }) => id === 'org-guard');

  it('says without the guard that an edit could be lost, and how long the window is once jobs have told', async () => {
    world = await migrationWorld({ org: { guard: false } });
    await addDocuments(world, 12);
    await world.run();
    expect(await guard()).to.deep.include({
      verdict: 'warn',
      fix: DEPLOY_COMMAND,
    });
    expect((await guard())?.finding).to.match(
      /overwritten: how long that window is will be known after the first job\.$/,
    );

    world.org.setFaults([{ match: { operation: 'ingest.job' }, fault: { kind: 'slow', ms: 400 } }]);
    const { jobs, windowMs } = await runSwitch(world);
    const known = await world.look((catalog) => catalog.jobWindows());
    expect(known?.jobs).to.equal(jobs);
    expect(known?.longestMs, 'what the switch itself measured').to.be.within(400, windowMs + 1_000);
    const seconds = /in the last 1 job that window was ([\d.]+) ?s long \(median; the longest ([\d.]+) ?s\)\.$/;
    expect((await guard())?.finding).to.match(seconds);
  });

  const found = async (id: string): Promise<Check | undefined> =>
    (await checks()).find((candidate) => candidate.id === id);

  it('names the licence that the integration user’s permission sets need', async () => {
    world = await migrationWorld();
    expect(await found('org-license')).to.include({ verdict: 'pass' });
    await world.close();
    const unlicensed = { username: INTEGRATION_USER, profile: 'integration' as const, permissionSetLicenses: [] };
    world = await migrationWorld({
      org: { users: [...defaultUsers.filter(({ profile }) => profile !== 'integration'), unlicensed] },
    });
    expect(await found('org-license')).to.include({
      verdict: 'fail',
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
    expect((await found('org-app-policy'))?.finding).to.match(/more than the holders .*AllSelfAuthorized/);
    await world.close();
    world = await migrationWorld({ org: { setupRows: policy('AdminApprovedPreAuthorized') } });
    expect(await found('org-app-policy')).to.include({ verdict: 'pass' });
  });

  it('looks at every part of the org, each with a verdict, and a fix wherever it does not pass', async () => {
    world = await migrationWorld();
    await addDocuments(world, 3);
    await world.run();
    const all = await checks();
    expect(all.map(({ id }) => id)).to.include.members([
      'machine-disk',
      'catalog-counts',
      ...['org-reachable', 'org-bound', 'org-clock', 'org-user', 'org-object', 'org-urlField', 'org-url-updateable'],
      ...['org-keyField', 'org-originalUrlField', 'org-view-all', 'org-limits', 'org-guard'],
      ...['source-readable', 'source-denied-meaning', 'source-clock'],
      ...['target-region', 'target-writable', 'target-conditional-writes', 'target-encryption', 'target-versioning'],
      ...['target-public-access', 'target-clock'],
    ]);
    for (const { id, verdict, fix } of all) expect(fix === undefined, id).to.equal(verdict === 'pass');
    expect(all.find(({ id }) => id === 'org-guard')?.verdict).to.equal('pass');
  });

  it('warns of fields that cannot hold a key or an original URL, and of a guard that is not for this user', async () => {
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
    const warned = orgChecks({ ...facts, fields, user }, world.config, { binding: undefined, windows: undefined })
      .filter(({ verdict }) => verdict === 'warn')
      .map(({ id, fix }) => [id, fix]);
    expect(warned).to.deep.equal([
      ['org-keyField-length', 'Lengthen File_Key__c to 255 characters.'],
      ['org-originalUrlField-length', 'Lengthen File_Original_Url__c to 255 characters.'],
      ['org-guard', 'sf org assign permset --name File_Migration_Integration'],
    ]);
  });
});
