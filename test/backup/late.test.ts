import { documentId } from '@file-migration/config';
import { expect } from 'chai';
import { sweep } from '../../plugin/src/backup/sweep.ts';
import { newRun, position } from '@file-migration/kit/catalog/catalog-world';
import { withTools } from '@file-migration/kit/migration/switch';
import { audit } from '@file-migration/kit/migration/audit';
import {
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  documentRecord,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';

const hour = 3_600_000;
const { signal } = new AbortController();

/* DESIGN, invariant 13: late-committed, undeleted and hard-deleted records are right after the next full run. */
describe('A record that comes late', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await migrationWorld();
    await addDocuments(world, 5);
  });
  afterEach(() => world.close());

  /** A record of a transaction that began so long ago and was committed only now. */
  function commitLate(agoMs: number): string {
    const at = new Date(Date.now() - agoMs).toISOString();
    world.store.seed(VENDOR, 'late', { bytes: content('late', 100) });
    const record = { ...documentRecord('late.pdf', sourceUrl('late')), SystemModstamp: at, LastModifiedDate: at };
    return world.org.records.insertOne('DocListEntry__c', record);
  }
  const stateOf = async (id: string): Promise<string | undefined> =>
    (await world.look((catalog) => catalog.document(documentId(id))))?.state;

  it('is found by the next incremental backup, within the overlap', async () => {
    await world.run();
    const late = commitLate(hour / 2);
    expect(await world.run()).to.include({ mode: 'incremental' });
    expect(await stateOf(late)).to.equal('verified');
    await audit(world);
  });

  it('is found by the next full backup, however late it was', async () => {
    await world.run();
    const late = commitLate(48 * hour);
    await world.run();
    expect(await stateOf(late), 'older than the overlap').to.equal(undefined);
    await world.run({ mode: 'full' });
    expect(await stateOf(late)).to.equal('verified');
    await audit(world);
  });

  it('that the query did not give is asked for by id before it is taken for deleted', async () => {
    await world.run();
    await withTools(world, async ({ org, catalog }) => {
      const discovery = await catalog.startRun(newRun);
      await catalog.recordDiscovered({ run: discovery, documents: [], position: position(discovery) });
      const [unseen, ...seen] = (await catalog.documents({ limit: 10 })).map(({ id }) => id);
      await catalog.markSeen(discovery, seen);
      expect(await catalog.absentees(discovery, undefined, 10)).to.deep.equal([unseen]);
      const swept = await sweep({ catalog, org }, { run: discovery, discovery, absentShareStop: 0.01 }, signal);
      expect(swept).to.deep.equal({ deleted: 0, lateSeen: 1 });
      await catalog.finishRun(discovery, { status: 'completed' });
    });
    await audit(world);
  });

  it('after it was undeleted, or never again once it was deleted for good', async () => {
    const [binned, purged] = await addDocuments(world, 2, { prefix: 'gone' });
    await world.run();
    world.org.records.softDelete(binned!.id);
    world.org.records.hardDelete(purged!.id);
    await world.run({ mode: 'full' });
    expect([await stateOf(binned!.id), await stateOf(purged!.id)]).to.deep.equal(['deleted', 'deleted']);
    world.org.records.undelete(binned!.id);
    await world.run({ mode: 'full' });
    expect([await stateOf(binned!.id), await stateOf(purged!.id)]).to.deep.equal(['verified', 'deleted']);
    await audit(world);
  });
});
