import { parse } from 'csv-parse/sync';
import { expect } from 'chai';
import { readStatus } from '../../../plugin/src/status/status.ts';
import { statusCsv } from '../../../plugin/src/ui/status/csv.ts';
import {
  addDocuments,
  migrationWorld,
  documentRecord,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';

describe('status as CSV', () => {
  let world: MigrationWorld;
  before(async () => {
    world = await migrationWorld();
    await addDocuments(world, 3, { accounts: 1 });
    const hostile = world.org.records.insertOne('Account', { Name: '=HYPERLINK("http://x","y")' });
    world.org.records.insertOne('DocListEntry__c', documentRecord('a.pdf', sourceUrl('absent'), hostile));
    await world.run();
  });
  after(() => world.close());

  it('tells every part that was asked for, in rows that add up, and no cell is a formula', async () => {
    const all = { overview: true, runs: 9, accounts: 9, errors: true, recentErrors: 9, drift: true };
    const text = statusCsv(await world.look((catalog) => readStatus(catalog, 'catalog.db', all)));
    const rows = parse<Record<string, string>>(text, { columns: true });
    const sum = (part: string): number =>
      rows.filter((row) => row.part === part).reduce((total, { documents }) => total + Number(documents), 0);
    expect(sum('state')).to.equal(4);
    expect(sum('account')).to.equal(4);
    expect(new Set(rows.map(({ part }) => part))).to.have.keys('state', 'run', 'account', 'error', 'recent error');
    expect(rows.filter((row) => Object.values(row).some((cell) => /^[=+@-]/.test(cell)))).to.deep.equal([]);
    expect(text).to.contain("'=HYPERLINK");
  });
});
