import { expect } from 'chai';
import { createOrg } from '../../plugin/src/org/org.ts';
import { liveStatus } from '../../plugin/src/status/live.ts';
import { statusLines } from '../../plugin/src/ui/status/text.ts';
import type { Status } from '../../plugin/src/status/status.ts';
import { liveLines } from '../../plugin/src/ui/status/live.ts';
import type { LiveFigureName, AccountDifference } from '../../plugin/src/status/live-figures.ts';
import type { LiveStatus } from '../../plugin/src/status/live.ts';
import {
  addDocuments,
  migrationWorld,
  documentRecord,
  sourceUrl,
  type MigrationWorld,
  type Written,
} from '@file-migration/kit/migration/migration-world';
import { INTEGRATION_USER, sessionOf } from '@file-migration/kit/org/org-world';
import { runSwitch } from '@file-migration/kit/migration/switch';

describe('status --live', () => {
  let world: MigrationWorld;
  let written: Written[];

  beforeEach(async () => {
    world = await migrationWorld();
    written = await addDocuments(world, 12, { accounts: 3 });
    world.org.records.insertOne('DocListEntry__c', documentRecord('empty', null));
    await world.run();
  });
  afterEach(() => world.close());

  async function live(): Promise<LiveStatus> {
    const org = createOrg({ session: sessionOf(world.org, INTEGRATION_USER, true, '68.0'), names: world.config.org });
    try {
      const linkBases = ['https://files.example.com', 'https://old.example.com'];
      return await world.look((catalog) => liveStatus(catalog, org, { linkBases, limit: 50 }));
    } finally {
      await org.close();
    }
  }

  const figures = (status: LiveStatus): Partial<Record<LiveFigureName, [number | undefined, number]>> =>
    Object.fromEntries(status.figures.map(({ name, org, catalog }) => [name, [org, catalog]]));
  const next = (status: LiveStatus): Record<string, string> =>
    Object.fromEntries(
      status.differences.map((difference) => [`${difference.name} ${difference.by}`, difference.next]),
    );

  it('agrees with the org after a backup, and after a switch', async () => {
    const before = await live();
    expect(before.differences).to.deep.equal([]);
    expect(figures(before)).to.deep.include({ documents: [13, 13], 'original URL': [12, 12], 'no URL': [1, 1] });
    expect(liveLines(before).join('\n')).to.contain('Org and catalog agree.');

    await runSwitch(world);
    const after = await live();
    expect(after.differences, JSON.stringify(after.differences)).to.deep.equal([]);
    expect(figures(after)).to.deep.include({ 'original URL': [0, 0], 'our link': [12, 12], 'key filled': [12, 12] });
    expect(after.accounts.differing).to.equal(0);
  });

  it('names what users have done since: made, deleted, replaced, and put back over our link', async () => {
    await runSwitch(world);
    const [put, emptied, deleted] = written;
    world.org.records.update(put!.id, { Document__c: sourceUrl('put back') });
    world.org.records.update(emptied!.id, { File_Key__c: null });
    world.org.records.softDelete(deleted!.id);
    await addDocuments(world, 3, { accounts: 1, prefix: 'new' });

    const status = await live();
    expect(figures(status)).to.deep.equal({
      documents: [15, 13],
      'original URL': [4, 0],
      'our link': [10, 12],
      'other URL': [0, 0],
      'no URL': [1, 1],
      'key filled': [10, 12],
      deleted: [1, 0],
    });
    expect(next(status)).to.deep.include({
      'documents 2': 'sf migrate files backup',
      'our link -2': 'sf migrate files backup',
      'deleted 1': 'sf migrate files backup',
    });
    expect(Object.keys(next(status))).to.include.members(['original URL 4', 'key filled -2', 'accounts 2']);
    const differing = (each: AccountDifference): [number, number] => [each.org, each.catalog];
    expect(status.accounts.listed.map(differing)).to.deep.equal([
      [3, 0],
      [3, 4],
    ]);
    const lines = statusLines({ catalog: {}, live: status } as Status).join('\n');
    for (const { reason, next: command } of status.differences) {
      expect(lines).to.contain(reason).and.to.contain(`next: ${command}`);
    }

    await world.run({ mode: 'full' });
    expect(next(await live())).to.have.all.keys('key filled -1');
  });

  it('tells a document that is only visible now from one that was made since', async () => {
    // the backup has seen it deleted; somebody undeletes it, which moves no time stamp of the record
    const { id } = written[0]!;
    world.org.records.softDelete(id);
    await world.run({ mode: 'full' });
    expect(figures(await live())).to.deep.include({ documents: [12, 12], deleted: [1, 1] });
    world.org.records.undelete(id);
    const { differences } = await live();
    expect(differences.map(({ name }) => name)).to.include('documents');
  });
});
