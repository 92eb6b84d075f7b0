import { expect } from 'chai';
import { documentId } from '@file-migration/config';
import {
  LINK_BASE,
  addDocuments,
  migrationWorld,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { linksInOrg, runRollback, runSwitch } from '@file-migration/kit/migration/switch';

const clone = 'DocListEntry__c';

describe('A clone of a switched document', () => {
  let world: MigrationWorld;
  let original: { id: string; key: string };
  beforeEach(async () => {
    world = await migrationWorld();
    original = (await addDocuments(world, 3))[0]!;
    await world.run();
    await runSwitch(world);
  });
  afterEach(() => world.close());

  /** As cloning in Salesforce does: every field that the user may see is taken along. */
  function cloned(fields: readonly string[]): string {
    const record = world.org.records.read(original.id)!;
    const taken = ['Name', 'Account__c', 'Type_Current__c', 'Document__c', ...fields];
    return world.org.records.insertOne(
      clone,
      Object.fromEntries(taken.map((name) => [name, record[name] as string | null])),
    );
  }

  async function isSwitchedAndRolledBack(id: string): Promise<void> {
    await world.run();
    const result = await runSwitch(world);
    expect(result).to.include({ status: 'completed', confirmed: 1, failed: 0, conflicts: 0 });
    const link = linksInOrg(world).get(id)!;
    expect(link.url).to.equal(`${LINK_BASE}/d/${id}`);
    expect(link.original).to.equal(sourceUrl(original.key));
    expect(link.key.split('/').at(-2), 'a key of its own').to.equal(id);
    const document = await world.look((catalog) => catalog.document(documentId(id)));
    expect(document).to.include({ state: 'switched', originalUrl: sourceUrl(original.key) });
    expect(await runRollback(world)).to.include({ status: 'completed', confirmed: 4, failed: 0, conflicts: 0 });
    expect(linksInOrg(world).get(id)?.url, 'opens without the service').to.equal(sourceUrl(original.key));
    await world.look(async (catalog) => {
      expect(await catalog.document(documentId(id))).to.include({
        state: 'verified',
        currentUrl: sourceUrl(original.key),
        originalUrl: sourceUrl(original.key),
      });
      expect(await catalog.counts()).to.deep.equal(await catalog.recount());
    });
  }

  it('that took all fields along is switched under the guard, and rolled back to the file’s own URL', async () => {
    await isSwitchedAndRolledBack(cloned(['File_Key__c', 'File_Original_Url__c']));
  });

  it('that took only the URL along gets its original URL first, then its link', async () => {
    const id = cloned([]);
    await isSwitchedAndRolledBack(id);
    const rows = await world.look((catalog) => catalog.journalOf(documentId(id)));
    expect(rows.map(({ operation, state, code }) => [operation, state, code])).to.deep.equal([
      ['switch', 'failed', 'prepared'],
      ['switch', 'superseded', undefined],
      ['rollback', 'confirmed', undefined],
    ]);
  });

  for (const [when, fields] of [
    ['before its link is written', ['File_Key__c', 'File_Original_Url__c']],
    ['before its original URL is', []],
  ] as const) {
    it(`keeps a URL that a user writes just ${when}`, async () => {
      const id = cloned(fields);
      await world.run();
      const own = 'https://somewhere.example.com/just-now.pdf';
      world.org.setFaults([
        { match: { operation: 'ingest.job', nth: 1 }, fault: { kind: 'edit', id, fields: { Document__c: own } } },
      ]);
      expect(await runSwitch(world)).to.include({ confirmed: 0, conflicts: 1 });
      expect(linksInOrg(world).get(id)?.url).to.equal(own);
    });
  }

  it('made of a document that is not switched yet is a document like any other', async () => {
    await runRollback(world);
    const id = cloned(['File_Key__c', 'File_Original_Url__c']);
    await world.run();
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 4 });
    expect(linksInOrg(world).get(id)?.url).to.equal(`${LINK_BASE}/d/${id}`);
  });
});
