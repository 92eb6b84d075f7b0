import { expect } from 'chai';
import { canaryCost } from '../../plugin/src/switch/canary-cost.ts';
import { canaryState } from '../../plugin/src/switch/canary.ts';
import { switchRequest } from '../../plugin/src/switch/switch.ts';
import {
  LINK_BASE,
  addDocuments,
  migrationWorld,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { provingRedirect } from '@file-migration/kit/migration/proving-redirect';
import { linksInOrg, runSwitch } from '@file-migration/kit/migration/switch';

const canaryRows = 20;

describe('The canary of a switch', () => {
  let world: MigrationWorld;
  afterEach(() => world.close());

  async function given(options: Parameters<typeof migrationWorld>[0] = {}): Promise<void> {
    world = await migrationWorld(options);
    await addDocuments(world, 90, { accounts: 3 });
    await world.run();
  }

  const jobs = (): number => world.org.requests.count('bulk.ingest.create');
  const state = () => world.look(async (catalog) => (await canaryState(catalog, canaryRows)).kind);
  const linksWith = (base: string): number =>
    [...linksInOrg(world).values()].filter(({ url }) => url.startsWith(base)).length;
  const ours = (): number => linksWith(LINK_BASE);

  it('asks for /limits before and after, and tells what it took and what the rest will take', async () => {
    await given({ org: { limits: { apiRequests: 5_000, used: 1_000 } } });
    const { canary, ...result } = await runSwitch(world, {}, { settings: { canaryRows, rowsPerJob: 35 } });
    expect(world.org.requests.count('limits')).to.equal(2);
    expect(result).to.include({ confirmed: 90, jobs: 4 });
    expect(canary).to.include({ rows: canaryRows });
    expect(canary?.orgCounted, 'this run is the only program here').to.be.within(canary!.calls, canary!.calls + 2);
    expect(canary?.leftInOrg).to.be.within(3_800, 4_000 - canary!.calls);
    // what it said beforehand is what the other three jobs took, give or take a look at a job's state
    const rest = result.requests - canary!.calls;
    expect(canary!.restCalls).to.be.within(rest * 0.6, rest * 1.4);
  });

  it('goes by the header of every answer where the org does not tell its limits to this user', async () => {
    await given();
    world.org.setFaults([
      { match: { operation: 'limits' }, fault: { kind: 'error', status: 403, code: 'INSUFFICIENT_ACCESS' } },
    ]);
    const { canary } = await runSwitch(world, {}, { settings: { canaryRows } });
    expect(canary?.orgCounted).to.be.within(canary!.calls, canary!.calls + 2);
  });

  it('is opened as users will open it, and a link that gives another file stops the run with the way back', async () => {
    const redirect = await provingRedirect(() => world);
    try {
      await given({ config: { link: { baseUrl: redirect.url } } });
      const { config } = world;
      const asked = { bearer: () => 'token-of-the-org', signal: new AbortController().signal };
      const request = switchRequest(config, { wave: {}, ignoredGates: [], mode: 'full' }, asked);
      redirect.gives = Buffer.from('the file of somebody else');
      const failure = await failureOf(runSwitch(world, request, { settings: { canaryRows } }));
      expect(failure.code).to.equal('links-not-opened');
      expect(failure.message).to.match(/did not give its file: \w{18}: 25 bytes arrived instead of 200/);
      expect(failure.actions[0]).to.equal('Take back what was written: sf migrate files rollback --from-database');
      expect(linksWith(redirect.url), 'nothing more was written').to.equal(canaryRows);
      // the same size, another content
      redirect.gives = Buffer.alloc(200, 'x');
      const again = await failureOf(runSwitch(world, request, { settings: { canaryRows } }));
      expect(again.message).to.match(/another content arrived than was copied/);
      redirect.gives = undefined;
      expect(await runSwitch(world, request, { settings: { canaryRows } })).to.include({ status: 'completed' });
      expect(linksWith(redirect.url)).to.equal(90);
    } finally {
      redirect.close();
    }
  });

  it('costs as much a job as the rest does, whatever the rows, besides reading them', () => {
    const known = { before: undefined, after: undefined };
    const cost = canaryCost({ rows: 200, jobs: 1, calls: 8 }, { rows: 100_000, rowsPerJob: 10_000 }, known);
    // six of its own, and ten for reading 10,000 rows before and after
    expect(cost).to.deep.equal({ rows: 200, calls: 8, restCalls: 160 });
  });

  it('that was written and never looked at again is looked at by the next run, before anything else is written', async () => {
    await given();
    const stopped = await runSwitch(world, { waitMs: 1_500 }, { settings: { canaryRows, canaryRereadMs: 60_000 } });
    expect(stopped).to.include({ status: 'stopped', confirmed: canaryRows });
    expect(await state()).to.equal('written');
    const again = await runSwitch(world, { waitMs: 1_500 }, { settings: { canaryRows, canaryRereadMs: 60_000 } });
    expect(again, 'it waits for the rest of that minute').to.include({ status: 'stopped', confirmed: 0, jobs: 0 });
    expect(ours()).to.equal(canaryRows);
    // by now something in the org has restored one URL
    const [[id, { original }] = ['', { original: '' }]] = [...linksInOrg(world)].filter(([, { url }]) =>
      url.startsWith(LINK_BASE),
    );
    world.org.records.update(id, { Document__c: original });
    const failure = await failureOf(runSwitch(world, {}, { settings: { canaryRows } }));
    expect(failure.code).to.equal('restored-in-org');
    expect(jobs(), 'the canary’s, and no other').to.equal(1);
  });

  it('that passed at last lets the rest go, without another one', async () => {
    await given();
    await runSwitch(world, { waitMs: 1_500 }, { settings: { canaryRows, canaryRereadMs: 60_000 } });
    const rest = await runSwitch(world, {}, { settings: { canaryRows } });
    expect(rest).to.include({ status: 'completed', confirmed: 90 - canaryRows });
    expect(rest.canary).to.equal(undefined);
    expect(await state()).to.equal('passed');
  });

  it('that did not pass is followed by another one', async () => {
    await given({ org: { guard: false } });
    // two stopped between the canary's read-back and its second look, while something in the org restores the URLs
    for (const jobsSoFar of [1, 2]) {
      const longWait = { canaryRows, canaryRereadMs: 60_000 };
      expect(await runSwitch(world, { waitMs: 1_500 }, { settings: longWait })).to.include({ confirmed: canaryRows });
      for (const [id, { url, original }] of linksInOrg(world)) {
        if (url.startsWith(LINK_BASE)) world.org.records.update(id, { Document__c: original });
      }
      const failure = await failureOf(runSwitch(world, {}, { settings: { canaryRows } }));
      expect(failure.code).to.equal('restored-in-org');
      expect(jobs()).to.equal(jobsSoFar);
      await world.run();
      expect(await state()).to.equal('due');
    }
    expect(await runSwitch(world, {}, { settings: { canaryRows } })).to.include({ status: 'completed', confirmed: 90 });
  });
});
