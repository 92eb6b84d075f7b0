import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { backupSettings } from '../../plugin/src/backup/backup-request.ts';
import type { LockHolder } from '../../plugin/src/catalog/port.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import { openExistingCatalog } from '../../plugin/src/context/open-catalog.ts';
import { storeKeys } from '@file-migration/kit/migration/world-config';
import { audit, filesIn } from '@file-migration/kit/migration/audit';
import {
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  targetConfig,
  worldConfig,
  type MigrationWorld,
  type RunOptions,
} from '@file-migration/kit/migration/migration-world';

describe('a backup in bad weather', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await migrationWorld();
  });
  afterEach(() => world.close());

  it('copies everything through a storm of 503, time-outs and cut connections', async () => {
    await addDocuments(world, 150);
    world.store.setFaults(
      [
        {
          match: { operation: ['CopyObject', 'HeadObject'], probability: 0.2 },
          fault: { kind: 'error', code: 'SlowDown' },
        },
        { match: { operation: 'CopyObject', probability: 0.1 }, fault: { kind: 'cut', acted: true } },
        { match: { operation: 'HeadObject', probability: 0.1 }, fault: { kind: 'cut', acted: false } },
      ],
      3,
    );
    const result = await world.run({}, { settings: { retryWaitsMs: [10, 50, 100] } });
    expect(result.run).to.deep.include({ processed: 150, verified: 150 });
    const struck = world.store.traffic.recent().filter(({ status }) => status === 503).length;
    expect(struck, 'requests that were answered by 503').to.be.at.least(20);
    await audit(world);
  });

  it('never stores a body that was cut or changed on its way', async () => {
    const streamed = await migrationWorld({ methods: ['s3'] });
    try {
      await addDocuments(streamed, 60, { bytes: 50_000 });
      streamed.store.setFaults(
        [
          { match: { operation: 'GetObject', probability: 0.2 }, fault: { kind: 'cut-body', afterBytes: 10_000 } },
          { match: { operation: 'GetObject', probability: 0.1 }, fault: { kind: 'short-body', bytes: 20_000 } },
          { match: { operation: 'PutObject', probability: 0.1 }, fault: { kind: 'cut', acted: true } },
        ],
        5,
      );
      const result = await streamed.run();
      expect(result.run.processed).to.equal(60);
      await audit(streamed);
      streamed.store.setFaults([]);
      await streamed.run({ mode: 'retry', retry: ['failed'] });
      expect((await audit(streamed)).every(({ state }) => state === 'verified')).to.equal(true);
    } finally {
      await streamed.close();
    }
  });

  it('puts a document that keeps failing to the end, gives it up in the end, and takes it on again when asked', async () => {
    const [stubborn] = await addDocuments(world, 10);
    const rule = {
      match: { operation: 'HeadObject', resource: `${stubborn!.key}$` },
      fault: { kind: 'error', code: 'InternalError' },
    } as const;
    world.store.setFaults([rule]);
    const result = await world.run({}, { settings: { attempts: 2, retryWaitsMs: [10] } });
    expect(result).to.deep.include({ status: 'completed_with_failures' });
    expect(result.run).to.deep.include({ verified: 9, failed: 1 });
    expect(result.run.retried).to.be.at.least(1);
    const [failure] = await world.look((catalog) => catalog.errorClasses());
    expect(failure).to.deep.include({ worthRetry: true, documents: 1 });
    world.store.setFaults([]);
    expect((await world.run({ mode: 'retry', retry: ['failed'] })).run).to.deep.include({ verified: 1 });
    await audit(world);
  });

  it('waits while the org’s calls of the day are spent, and reads on where it was', async () => {
    await addDocuments(world, 200);
    const spent = { kind: 'error', status: 403, message: 'TotalRequests Limit exceeded.', retryAfter: 1 } as const;
    world.org.setFaults([{ match: { operation: 'bulk.query.results', nth: 2 }, fault: spent }]);
    expect(await world.run({}, { settings: { longestPauseMs: 10_000 } })).to.include({ status: 'completed' });
    expect(world.org.requests.count('bulk.query.create')).to.equal(1);
    expect((await audit(world)).length).to.equal(200);
  });

  it('stops, resumable, when that lasts longer than it may wait', async () => {
    await addDocuments(world, 20);
    const spent = { kind: 'error', status: 403, message: 'TotalRequests Limit exceeded.' } as const;
    world.org.setFaults([{ match: { operation: 'bulk.query.status' }, fault: spent }]);
    const failure = await world.run().catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Failure).and.to.include({ failureClass: 'pause' });
    const [run] = await world.look((catalog) => catalog.runs(1));
    expect(run?.status).to.equal('stopped');
  });

  it('goes on when the session expires in the middle', async () => {
    await addDocuments(world, 200);
    world.org.setFaults([{ match: { nth: [6, 9] }, fault: { kind: 'expire' } }]);
    expect((await world.run()).run).to.deep.include({ discovered: 200, verified: 200 });
    await audit(world);
  });

  it('loses no document when the query breaks off in the middle of a page', async () => {
    await addDocuments(world, 200);
    world.org.setFaults([{ match: { resource: 'results', nth: [2, 4] }, fault: { kind: 'cut', atByte: 1_000 } }]);
    expect((await world.run()).run).to.deep.include({ created: 200, verified: 200 });
    await audit(world);
  });

  it('stops when everything is refused, instead of marking a million documents as denied', async () => {
    await addDocuments(world, 400);
    world.store.setFaults([
      { match: { operation: 'HeadObject' }, fault: { kind: 'error', code: 'AccessDenied' } },
      { match: { operation: 'GetObject' }, fault: { kind: 'error', code: 'AccessDenied' } },
    ]);
    const failure = await failureOf(world);
    expect(failure).to.deep.include({ code: 'everything-refused', failureClass: 'stop' });
    const counts = await world.look((catalog) => catalog.counts());
    expect(counts.states.discovered).to.be.greaterThan(0);
    world.store.setFaults([]);
    await world.run();
    await world.run({ mode: 'retry', retry: ['denied', 'failed'] });
    expect((await audit(world)).every(({ state }) => state === 'verified')).to.equal(true);
  });

  const wrongTargets = {
    'target-bad-credentials': {
      credentials: { accessKeyId: '${NOBODYS_KEY}', secretAccessKey: '${STORE_SECRET}' },
    },
    'target-bucket-missing': { bucket: 'no-such-bucket' },
    'target-wrong-region': { region: 'eu-central-1' },
  } as const;
  for (const [code, wrong] of Object.entries(wrongTargets)) {
    it(`stops for ${code}, and counts no document as failed for it`, async () => {
      await addDocuments(world, 3);
      const { folder, store } = world;
      const target = { ...targetConfig(store.url), ...wrong };
      const config = worldConfig({ folder, storeUrl: store.url }, { target });
      const env = { ...storeKeys, NOBODYS_KEY: 'NOBODYKNOWSTHISKEY01' };
      expect(await failureOf(world, { config, env })).to.deep.include({ code, failureClass: 'stop' });
      await world.look(async (catalog) => {
        expect((await catalog.runs(10)).map(({ status }) => status)).to.deep.equal(['failed']);
        const { documents, states } = await catalog.counts();
        expect(states.discovered).to.equal(documents);
      });
      expect([...store.list(TARGET)]).to.deep.equal([]);
    });
  }

  it('stops before it marks anything when documents vanish from sight, and goes on when they are back', async () => {
    const documents = await addDocuments(world, 200);
    await world.run();
    const user = 'integration@file-migration.example';
    world.org.setFaults([]);
    const hidden = documents.slice(0, 60);
    for (const { id } of hidden) world.org.records.hardDelete(id);
    const failure = await failureOf(world, {}, 'full');
    expect(failure).to.deep.include({ code: 'too-many-absent', failureClass: 'stop' });
    expect(await world.look(async (catalog) => (await catalog.counts()).states.deleted), user).to.equal(0);
    const result = await world.run({}, { settings: { absentShareStop: 0.5 } });
    expect(result.sweep).to.deep.equal({ deleted: 60, lateSeen: 0 });
    await audit(world);
  });

  it('sees deletion for good by absence, deletion into the recycle bin, and undeletion', async () => {
    const [purged, binned] = await addDocuments(world, 50);
    await world.run();
    world.org.records.hardDelete(purged!.id);
    world.org.records.softDelete(binned!.id);
    expect((await world.run()).run, 'incremental').to.deep.include({ deleted: 1 });
    expect((await world.run({ mode: 'full' })).sweep, 'full').to.deep.include({ deleted: 1 });
    world.org.records.undelete(binned!.id);
    await world.run();
    const rows = await audit(world);
    expect(rows.filter(({ state }) => state === 'deleted').map(({ id }) => id)).to.deep.equal([purged!.id]);
    expect([...world.store.list(TARGET)], 'copies of deleted documents stay').to.have.length(50);
  });

  it('drains on Ctrl-C, says so, and the next backup goes on where it stood', async () => {
    await addDocuments(world, 300);
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 200 } }]);
    const interrupt = new AbortController();
    const running = world.run({}, { signal: interrupt.signal });
    while (filesIn(world.store).length === 0) await sleep(5);
    interrupt.abort('SIGINT');
    const stopped = await running;
    expect(stopped.status).to.equal('stopped');
    expect(stopped.counts.states.verified).to.be.within(1, 300);
    await audit(world);
    world.store.setFaults([]);
    const resumed = await world.run();
    expect(resumed).to.deep.include({ status: 'completed' });
    expect(resumed.counts.states.verified).to.equal(300);
    await audit(world);
  });

  it('gives up what never answers when the drain is over, and the next backup copies it', async () => {
    const { drainMs } = backupSettings(world.config, { longestPauseMs: 0 });
    expect(drainMs, 'within the 30 s that Ctrl-C may take').to.be.lessThan(28_000);
    await addDocuments(world, 3);
    world.store.setFaults([{ match: { operation: 'CopyObject', resource: 'f_1' }, fault: { kind: 'stall' } }]);
    const interrupt = new AbortController();
    const running = world.run({}, { signal: interrupt.signal, settings: { drainMs: 300 } });
    while (filesIn(world.store).length < 2) await sleep(10);
    const asked = performance.now();
    interrupt.abort('SIGINT');
    expect((await running).status).to.equal('stopped');
    expect(performance.now() - asked, 'milliseconds to stop').to.be.within(250, 5_000);
    expect((await audit(world)).map(({ state }) => state).toSorted()).to.deep.equal([
      'discovered',
      'verified',
      'verified',
    ]);
    world.store.setFaults([]);
    expect((await world.run()).run).to.deep.include({ verified: 1 });
    await audit(world);
  });

  it('pauses for a spent API budget, and stops resumably when that lasts too long', async () => {
    await addDocuments(world, 20);
    world.org.setFaults([
      { match: { resource: 'jobs/query' }, fault: { kind: 'error', status: 403, code: 'REQUEST_LIMIT_EXCEEDED' } },
    ]);
    expect(await failureOf(world)).to.deep.include({ failureClass: 'pause' });
    const [run] = await world.look((catalog) => catalog.runs(1));
    expect(run?.status).to.equal('stopped');
    world.org.setFaults([]);
    expect((await world.run()).run).to.deep.include({ verified: 20 });
  });

  it('stops with a sentence when the disk of the catalog is full, and loses nothing', async () => {
    await addDocuments(world, 400);
    const failure = await failureOf(world, { catalog: { maxBytes: 300_000 } });
    expect(failure).to.deep.include({ code: 'catalog-disk-full', failureClass: 'stop' });
    expect((await world.run()).counts.states.verified).to.equal(400);
    await audit(world);
  });

  it('does not let a second backup begin while one works, and says who does', async () => {
    await addDocuments(world, 100);
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 400 } }]);
    const first = world.run();
    while ((await holder(world)) === undefined) await sleep(20);
    const failure = await failureOf(world);
    expect(failure).to.deep.include({ code: 'catalog-locked' });
    expect(failure.message).to.contain(String(process.pid));
    await first;
    await audit(world);
  });

  it('never overwrites an object that somebody else put where a copy belongs', async () => {
    const [document] = await addDocuments(world, 2);
    await world.run({ limit: 1 });
    const rows = await world.look((catalog) => catalog.documents({ limit: 10 }));
    const open = rows.find(({ copyState }) => copyState === 'discovered');
    world.store.seed(TARGET, open?.key ?? `uploads/x/${document!.id}`, { bytes: content('strange', 99) });
    const result = await world.run();
    expect(result.run).to.deep.include({ failed: 1 });
    expect(world.store.read(TARGET, open?.key ?? '').toString()).to.equal(content('strange', 99).toString());
    expect(world.store.find(VENDOR, document!.key)).to.not.equal(undefined);
  });
});

async function failureOf(
  world: MigrationWorld,
  options: RunOptions = {},
  mode: 'auto' | 'full' = 'auto',
): Promise<Failure> {
  try {
    await world.run({ mode }, options);
  } catch (error) {
    expect(error).to.be.instanceOf(Failure);
    return error as Failure;
  }
  return expect.fail('the backup should have failed');
}

async function holder({ config }: MigrationWorld): Promise<LockHolder | undefined> {
  await using catalog = await openExistingCatalog(config.catalog.file);
  return await catalog?.holder();
}
