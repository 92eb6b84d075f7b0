import { expect } from 'chai';
import { documentId } from '@file-migration/config';
import { audit } from './audit.ts';
import { VENDOR, addDocuments, backupWorld, content, documentRecord, sourceUrl, type BackupWorld } from './world.ts';

const hourMs = 3_600_000;

describe('Records that an incremental backup cannot see', function () {
  this.timeout(60_000);
  let world: BackupWorld;
  /** How far the org's clock is behind: what it writes then was begun before the last backup, and committed after it. */
  let behindMs = 0;
  beforeEach(async () => {
    behindMs = 0;
    world = await backupWorld({ org: { clock: () => Date.now() - behindMs } });
  });
  afterEach(() => world.close());

  const state = async (id: string) => (await world.look((catalog) => catalog.document(documentId(id))))?.state;

  function committedLate(ms: number, key: string): string {
    world.store.seed(VENDOR, key, { bytes: content(key, 100), checksum: 'none' });
    behindMs = ms;
    const id = world.org.records.insertOne('DocListEntry__c', documentRecord(`${key}.pdf`, sourceUrl(key)));
    behindMs = 0;
    return id;
  }

  it('late-committed, undeleted and hard-deleted ones are right after the next full run', async () => {
    const [purged, binned] = await addDocuments(world, 200);
    await world.run();
    world.org.records.softDelete(binned!.id);
    await world.run();
    expect(await state(binned!.id)).to.equal('deleted');
    behindMs = 5 * hourMs;
    world.org.records.undelete(binned!.id);
    world.org.records.hardDelete(purged!.id);
    const late = committedLate(5 * hourMs, 'late');
    await world.run({ mode: 'incremental' });
    const states = () => Promise.all([purged!.id, binned!.id, late].map(state));
    expect(await states(), 'none of it could be seen').to.deep.equal(['verified', 'deleted', undefined]);
    await world.run({ mode: 'full' });
    expect(await states()).to.deep.equal(['deleted', 'verified', 'verified']);
    await audit(world);
  });

  it('are few: what was committed within the overlap is seen by the next incremental one', async () => {
    await addDocuments(world, 5);
    await world.run();
    const late = committedLate(0.9 * hourMs, 'late');
    await world.run({ mode: 'incremental' });
    expect(await state(late)).to.equal('verified');
  });
});
