import { documentId } from '@file-migration/config';
import { expect } from 'chai';
import {
  LINK_BASE,
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { runVerify } from '@file-migration/kit/migration/verify';
import { linksInOrg, runRelink, runRollback, runSwitch } from '@file-migration/kit/migration/switch';

describe('A switched document whose file the vendor overwrites', () => {
  let world: MigrationWorld;
  afterEach(() => world.close());

  const row = (id: string) => world.look((catalog) => catalog.document(documentId(id)));

  async function countsAddUp(): Promise<void> {
    await world.look(async (catalog) => expect(await catalog.counts()).to.deep.equal(await catalog.recount()));
  }

  /** All documents are switched; the first one's source is then overwritten, and a backup has copied the new file. */
  async function outdated(documents = 4) {
    world = await migrationWorld();
    const [first] = await addDocuments(world, documents);
    await world.run();
    await runSwitch(world);
    const oldKey = (await row(first!.id))?.key ?? '';
    world.store.seed(VENDOR, first!.key, { bytes: content('another', 300), checksum: 'none' });
    await runVerify(world);
    expect((await world.run({ mode: 'full' })).changedAtSource).to.equal(1);
    return { ...first!, oldKey, original: sourceUrl(first!.key) };
  }

  const ownLink = (id: string): string => `${LINK_BASE}/d/${id}`;

  it('is not called switched while its record opens the former file, also after further backups', async () => {
    const { id, oldKey } = await outdated();
    for (const mode of ['full', 'incremental'] as const) {
      expect(await row(id)).to.include({ state: 'verified', linkState: 'outdated', revision: 2 });
      expect(linksInOrg(world).get(id)).to.include({ url: ownLink(id), key: oldKey });
      world.org.records.update(id, { Name: `touched ${mode}` });
      await world.run({ mode });
    }
    expect((await world.look((catalog) => catalog.counts())).states).to.include({ switched: 3, verified: 1 });
    const [view] = await world.look((catalog) => catalog.documents({ limit: 1 }));
    expect(view?.linkState).to.equal('outdated');
    await countsAddUp();
  });

  it('is switched again, written down and read back as any other, and once only', async () => {
    const { id, oldKey, original } = await outdated();
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 1, failed: 0, retried: 0 });
    const document = await row(id);
    expect(document).to.include({ state: 'switched', linkState: 'ours', revision: 2 });
    expect(document?.key).to.not.equal(oldKey);
    expect(linksInOrg(world).get(id)).to.deep.equal({ url: ownLink(id), key: document?.key, original });
    const rows = await world.look((catalog) => catalog.journalOf(documentId(id)));
    expect(rows.map(({ revision, state }) => [revision, state])).to.deep.equal([
      [1, 'superseded'],
      [2, 'confirmed'],
    ]);
    expect(await runSwitch(world)).to.include({ confirmed: 0, jobs: 0 });
    expect((await world.run({ mode: 'full' })).status).to.equal('completed');
    expect(await row(id)).to.include({ state: 'switched', revision: 2 });
    await countsAddUp();
  });

  it('gets its original URL back by a rollback, before it was switched again and afterwards', async () => {
    for (const again of [false, true]) {
      const { id, original } = await outdated();
      if (again) await runSwitch(world);
      expect(await runRollback(world)).to.include({ status: 'completed', confirmed: 4, conflicts: 0 });
      expect(linksInOrg(world).get(id)?.url).to.equal(original);
      expect(await row(id)).to.include({ state: 'verified', linkState: 'original' });
      await countsAddUp();
      if (!again) await world.close();
    }
  });

  it('keeps what a user wrote over our link in the meantime', async () => {
    const { id } = await outdated();
    const own = 'https://somewhere.example.com/mine.pdf';
    world.org.records.update(id, { Document__c: own });
    expect(await runSwitch(world)).to.include({ status: 'completed_with_failures', confirmed: 0, conflicts: 1 });
    expect(linksInOrg(world).get(id)?.url).to.equal(own);
  });

  it('stays to be switched when its row is refused, and when only the address of the service is renewed', async () => {
    const { id, oldKey } = await outdated();
    world.org.setFaults([
      {
        match: { operation: 'ingest.row', resource: id, times: 1 },
        fault: { kind: 'row', code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' },
      },
    ]);
    expect(await runSwitch(world)).to.include({ confirmed: 0, failed: 1 });
    expect(await row(id)).to.include({ state: 'verified', linkState: 'outdated' });

    const moved = 'https://files.example.org';
    const { config } = world;
    const place = { ...world, config: { ...config, link: { ...config.link, baseUrl: moved } } };
    const formerly = {
      ...place,
      config: { ...place.config, link: { ...place.config.link, formerBaseUrls: [LINK_BASE] } },
    };
    expect(await runRelink(formerly)).to.include({ confirmed: 4 });
    expect(linksInOrg(world).get(id)).to.include({ url: `${moved}/d/${id}`, key: oldKey });
    expect(await row(id)).to.include({ state: 'verified', linkState: 'outdated' });
    expect(await runSwitch(formerly)).to.include({ confirmed: 1 });
    expect(linksInOrg(world).get(id)?.key).to.equal((await row(id))?.key);
    await countsAddUp();
  });
});
