import { expect } from 'chai';
import {
  LINK_BASE,
  addDocuments,
  migrationWorld,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { INTEGRATION_USER } from '@file-migration/kit/org/org-world';
import { linksInOrg, runSwitch, withTools } from '@file-migration/kit/migration/switch';

type Job = { readonly id: string; readonly state: string; readonly columnDelimiter: string };

describe('Open jobs in the org', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await migrationWorld();
    await addDocuments(world, 6);
    await world.run();
  });
  afterEach(() => world.close());

  /** The org makes a job and its answer is lost, as when the process dies: the journal never learns its id. */
  function loseTheFirstAnswer(): void {
    world.org.setFaults([
      { match: { operation: 'bulk.ingest.create', nth: 1 }, fault: { kind: 'error', status: 503, after: true } },
    ]);
  }

  async function jobs(): Promise<Job[]> {
    const { records } = (await (await asked('jobs/ingest')).json()) as { records: Job[] };
    return records;
  }

  /** As another program of the same user would ask. */
  async function asked(resource: string, body?: object): Promise<Response> {
    return await fetch(`${world.org.url}/services/data/v68.0/${resource}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${world.org.accessTokens[INTEGRATION_USER] ?? ''}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async function allSwitched(): Promise<void> {
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 6 });
    for (const { url } of linksInOrg(world).values()) expect(url.startsWith(LINK_BASE)).to.equal(true);
  }

  it('that a lost answer left behind are ended', async () => {
    loseTheFirstAnswer();
    await allSwitched();
    expect((await jobs()).map(({ state }) => state).toSorted()).to.deep.equal(['Aborted', 'JobComplete']);
  });

  it('of another program of the same user, on the same object, stay open', async () => {
    for (const columnDelimiter of ['COMMA', 'SEMICOLON']) {
      const answer = await asked('jobs/ingest', { object: 'DocListEntry__c', operation: 'update', columnDelimiter });
      expect(answer.status).to.equal(200);
    }
    loseTheFirstAnswer();
    await allSwitched();
    const others = (await jobs()).filter(({ columnDelimiter }) => columnDelimiter !== 'BACKQUOTE');
    expect(others.map(({ state }) => state)).to.deep.equal(['Open', 'Open']);
  });

  it('of another catalog, which look just like ours, stay open where it cannot be told which one is lost', async () => {
    const theirs = await withTools(world, ({ org }) => org.updates.create(['Document__c']));
    loseTheFirstAnswer();
    await allSwitched();
    const states = new Map((await jobs()).map(({ id, state }) => [id, state]));
    expect(states.get(theirs.jobId)).to.equal('Open');
  });

  it('that nobody asked for stay open when nothing of this catalog is lost', async () => {
    const theirs = await withTools(world, ({ org }) => org.updates.create(['Document__c']));
    await allSwitched();
    expect((await jobs()).find(({ id }) => id === theirs.jobId)?.state).to.equal('Open');
  });
});
