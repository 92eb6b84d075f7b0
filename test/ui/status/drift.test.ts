import { expect } from 'chai';
import { driftLines } from '../../../plugin/src/ui/status/drift.ts';
import {
  addDocuments,
  migrationWorld,
  sourceUrl,
  content,
  VENDOR,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';

describe('status --drift', () => {
  let world: MigrationWorld;
  before(async () => {
    world = await migrationWorld();
  });
  after(() => world.close());

  const drift = () => world.look((catalog) => catalog.drift());
  const today = (): string => new Date().toISOString().slice(0, 10);

  it('counts what is new and what was replaced by day, but not what the first backup found', async () => {
    const [first] = await addDocuments(world, 6, { accounts: 2 });
    await world.run({ limit: 2 });
    expect((await drift()).inventory, 'a backup of two documents has not seen all').to.equal(undefined);
    await world.run({ mode: 'full' });
    expect(await drift()).to.deep.include({ days: [] });
    expect((await drift()).inventory).to.include({ documents: 6 });

    await addDocuments(world, 2, { accounts: 1, prefix: 'later' });
    world.store.seed(VENDOR, 'another', { bytes: content('another', 100), contentType: 'application/pdf' });
    world.org.records.update(first!.id, { Document__c: sourceUrl('another') });
    await world.run();
    const after = await drift();
    expect(after.inventory).to.include({ documents: 6 });
    expect(after.days).to.deep.equal([{ day: today(), created: 2, replaced: 1 }]);
    expect(driftLines(after).at(-1)).to.match(/total +2 +1/);
    const { documents } = await world.look((catalog) => catalog.counts());
    expect(documents, 'inventory and new ones are all').to.equal(6 + 2);
  });
});
