import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { documentId, parseKey } from '@file-migration/config';
import {
  LINK_BASE,
  TARGET,
  addDocuments,
  migrationWorld,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { linksInOrg, runSwitch } from '@file-migration/kit/migration/switch';

describe('A switch', () => {
  let world: MigrationWorld;
  afterEach(() => world.close());

  async function given(documents: number, options: Parameters<typeof migrationWorld>[0] = {}, accounts = 3) {
    world = await migrationWorld(options);
    const written = await addDocuments(world, documents, { accounts });
    await world.run();
    return written;
  }

  async function countsAddUp(): Promise<void> {
    await world.look(async (catalog) => expect(await catalog.counts()).to.deep.equal(await catalog.recount()));
  }

  it('writes link, key and original URL on every verified document, and reads all of it back', async () => {
    const written = await given(450);
    const result = await runSwitch(world);
    expect(result).to.include({ status: 'completed', confirmed: 450, failed: 0, conflicts: 0 });
    const links = linksInOrg(world);
    for (const { id, key } of written) {
      const { url, key: stored, original } = links.get(id)!;
      expect(url).to.equal(`${LINK_BASE}/d/${id}`);
      expect(original).to.equal(sourceUrl(key));
      expect(parseKey(stored, 'uploads/')?.recordId).to.equal(id);
      expect(world.store.read(TARGET, stored), stored).to.not.equal(undefined);
    }
    const counts = await world.look((catalog) => catalog.counts());
    expect(counts.states.switched).to.equal(450);
    await countsAddUp();
  });

  it('keeps the rollback lines in the bucket before the org is written', async () => {
    const written = await given(5);
    world.org.setFaults([
      { match: { operation: 'bulk.ingest.create' }, fault: { kind: 'error', status: 400, code: 'INVALIDJOB' } },
    ]);
    await failureOf(runSwitch(world));
    const [lines, ...more] = [...world.store.list(TARGET)].filter(({ key }) => key.includes('/rollback/'));
    expect(more).to.deep.equal([]);
    const file = JSON.parse(world.store.read(TARGET, lines!.key).toString()) as {
      records: { Id: string; original_url: string }[];
    };
    expect(file.records.map(({ Id }) => Id).toSorted()).to.deep.equal(written.map(({ id }) => id).toSorted());
    expect(file.records.every(({ original_url: url }) => url.includes('vendor-files'))).to.equal(true);
    const rows = await world.look((catalog) => catalog.journalOf(documentId(written[0]!.id)));
    expect(rows.map(({ state }) => state)).to.deep.equal(['planned']);
  });

  it('leaves a URL alone that a user changed since the backup, and gives it back to backup', async () => {
    const written = await given(20);
    const own = 'https://somewhere.example.com/of-my-own.pdf';
    world.org.records.update(written[3]!.id, { Document__c: own });
    const result = await runSwitch(world);
    expect(result).to.include({ status: 'completed_with_failures', confirmed: 19, conflicts: 1 });
    expect(linksInOrg(world).get(written[3]!.id)?.url).to.equal(own);
    const document = await world.look((catalog) => catalog.document(documentId(written[3]!.id)));
    expect(document).to.include({ originalUrl: own, revision: 2, state: 'discovered' });
    await countsAddUp();
  });

  it('is refused by the guard where a user edits between our read and our write, and keeps that value', async () => {
    const written = await given(10);
    const own = 'https://somewhere.example.com/just-now.pdf';
    world.org.setFaults([
      { match: { operation: 'ingest.job' }, fault: { kind: 'edit', id: written[4]!.id, fields: { Document__c: own } } },
    ]);
    const result = await runSwitch(world);
    expect(result).to.include({ confirmed: 9, conflicts: 1 });
    expect(linksInOrg(world).get(written[4]!.id)?.url).to.equal(own);
  });

  it('sends rows that met locks again, in smaller jobs, until they are written', async () => {
    await given(450);
    world.org.setFaults([{ match: { operation: 'ingest.chunk', times: 3 }, fault: { kind: 'lock' } }]);
    const result = await runSwitch(world);
    expect(result).to.include({ status: 'completed', confirmed: 450, failed: 0 });
    expect(result.retried).to.be.greaterThan(0);
  });

  it('sends what a job that failed half-way never tried once more, and nothing twice', async () => {
    await given(450);
    world.org.setFaults([{ match: { operation: 'ingest.job', nth: 2 }, fault: { kind: 'fail', afterRows: 100 } }]);
    const result = await runSwitch(world);
    expect(result).to.include({ status: 'completed', confirmed: 450 });
    const rows = await world.look((catalog) => catalog.journalCounts());
    // the canary took the first account alone: whole accounts only
    expect(rows).to.deep.include({ operation: 'switch', state: 'failed', code: 'not-processed', rows: 200 });
  });

  it('is told by the records alone what a job did that vanished', async () => {
    await given(30);
    world.org.setFaults([{ match: { operation: 'ingest.job' }, fault: { kind: 'gone' } }]);
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 30 });
    expect(world.org.requests.count('bulk.ingest.create'), 'nothing is sent again').to.equal(1);
  });

  it('resolves lost answers of every step, and makes no document part of two committed jobs', async () => {
    await given(300);
    const lost = { kind: 'error', status: 503, after: true } as const;
    world.org.setFaults([
      { match: { operation: 'bulk.ingest.create', nth: 1 }, fault: lost },
      { match: { operation: 'bulk.ingest.upload', nth: 1 }, fault: lost },
      { match: { operation: 'bulk.ingest.change', nth: [1, 4] }, fault: lost },
    ]);
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 300 });
    await world.look(async (catalog) => {
      for (const { id } of await catalog.documents({ limit: 1000 })) {
        const sent = (await catalog.journalOf(id)).filter(({ state }) => state === 'confirmed');
        expect(sent).to.have.length(1);
      }
    });
  });

  it('survives a session that expires in the middle of an upload', async () => {
    await given(300);
    world.org.setFaults([
      { match: { operation: 'bulk.ingest.upload', nth: 1 }, fault: { kind: 'error', status: 401, atByte: 500 } },
    ]);
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 300 });
  });

  it('counts rows that validation, length or access refuse as failed, and goes on', async () => {
    const written = await given(40);
    world.org.setFaults([
      {
        match: { operation: 'ingest.row', resource: written[1]!.id },
        fault: { kind: 'row', code: 'STRING_TOO_LONG', blankId: true },
      },
      {
        match: { operation: 'ingest.row', resource: written[2]!.id },
        fault: { kind: 'row', code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' },
      },
      {
        match: { operation: 'ingest.row', resource: written[3]!.id },
        fault: { kind: 'row', code: 'INSUFFICIENT_ACCESS_OR_READONLY' },
      },
    ]);
    world.org.records.softDelete(written[5]!.id);
    const result = await runSwitch(world);
    expect(result).to.include({ status: 'completed_with_failures', confirmed: 36, failed: 3, absent: 1 });
    for (const [nth, code] of [
      [1, 'org-string-too-long'],
      [2, 'org-field-custom-validation-exception'],
      [3, 'org-insufficient-access-or-readonly'],
    ] as const) {
      const { id, key } = written[nth]!;
      expect(linksInOrg(world).get(id)?.url).to.equal(sourceUrl(key));
      const [row] = await world.look((catalog) => catalog.journalOf(documentId(id)));
      expect(row).to.include({ state: 'failed', code });
    }
    const deleted = await world.look((catalog) => catalog.document(documentId(written[5]!.id)));
    expect(deleted?.state).to.equal('deleted');
  });

  it('counts a record that somebody deletes between our read and our write, and takes the deletion in', async () => {
    const written = await given(12);
    world.org.setFaults([{ match: { operation: 'ingest.job' }, fault: { kind: 'slow', ms: 300 } }]);
    const running = runSwitch(world);
    while (world.org.requests.count('bulk.ingest.change') === 0) await new Promise((next) => setTimeout(next, 5));
    world.org.records.softDelete(written[4]!.id);
    expect(await running).to.include({ status: 'completed_with_failures', confirmed: 11, failed: 1, absent: 0 });
    const [row] = await world.look((catalog) => catalog.journalOf(documentId(written[4]!.id)));
    expect(row).to.include({ state: 'failed', code: 'record-absent' });
    expect((await world.look((catalog) => catalog.document(documentId(written[4]!.id))))?.state).to.equal('deleted');
    await countsAddUp();
  });

  it('stops when one permanent error takes too large a share of a job', async () => {
    const written = await given(300);
    world.org.setFaults([
      {
        match: { operation: 'ingest.row', probability: 0.2 },
        fault: { kind: 'row', code: 'INSUFFICIENT_ACCESS_OR_READONLY' },
      },
    ]);
    const failure = await failureOf(runSwitch(world, {}, { settings: { canaryRows: 100 } }));
    expect(failure.code).to.equal('circuit-open');
    const switched = [...linksInOrg(world).values()].filter(({ url }) => url.startsWith(LINK_BASE));
    expect(switched.length, 'of the canary only').to.be.lessThan(100);
    expect(written).to.have.length(300);
  });

  it('stops after the canary when something in the org restores the URL later', async () => {
    await given(60, { org: { guard: false } });
    const failing = failureOf(runSwitch(world, {}, { settings: { canaryRows: 20, canaryRereadMs: 5_000 } }));
    const switched = async (): Promise<number> => (await world.look((catalog) => catalog.counts())).states.switched;
    while ((await switched()) < 20) await sleep(20);
    for (const [id, { url, original }] of linksInOrg(world)) {
      if (url.startsWith(LINK_BASE)) world.org.records.update(id, { Document__c: original });
    }
    expect((await failing).code).to.equal('restored-in-org');
    expect(world.org.requests.count('bulk.ingest.create')).to.equal(1);
  });

  it('takes whole accounts until the wave is full, and the rest in the next one', async () => {
    await given(90, {}, 9);
    const first = await runSwitch(world, { wave: { limit: 25 } });
    expect(first.confirmed).to.equal(30);
    const second = await runSwitch(world, { wave: { percent: 50 } });
    expect(first.confirmed + second.confirmed).to.equal(50);
    const accounts = await world.look((catalog) => catalog.waveAccounts());
    expect(accounts.filter(({ ready, switched }) => ready > 0 && switched > 0)).to.deep.equal([]);
    expect((await runSwitch(world)).confirmed).to.equal(40);
  });

  it('stops when the time is over, and the next one goes on with the job that Salesforce has', async () => {
    await given(30);
    world.org.setFaults([{ match: { operation: 'ingest.job' }, fault: { kind: 'slow', ms: 600 } }]);
    const stopped = await runSwitch(world, { waitMs: 250 });
    expect(stopped.status).to.equal('stopped');
    expect(await world.look((catalog) => catalog.unfinishedJobs())).to.have.length(1);
    const resumed = await runSwitch(world);
    expect(resumed.status).to.equal('completed');
    expect(world.org.requests.count('bulk.ingest.create')).to.equal(1);
    expect((await world.look((catalog) => catalog.counts())).states.switched).to.equal(30);
  });
});
