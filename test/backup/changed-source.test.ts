import { documentId, parseKey } from '@file-migration/config';
import { expect } from 'chai';
import {
  LINK_BASE,
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { allDocuments } from '@file-migration/kit/migration/audit';
import { linksInOrg, runSwitch } from '@file-migration/kit/migration/switch';
import { runVerify } from '@file-migration/kit/migration/verify';

describe('A file that the vendor has overwritten under its old URL', () => {
  let world: MigrationWorld;
  afterEach(() => world.close());

  const row = (id: string) => world.look((catalog) => catalog.document(documentId(id)));

  /** A backup of some documents, the first of which gets another content at the vendor, as `verify` then finds out. */
  async function overwritten(documents = 4): Promise<{ id: string; key: string; oldKey: string; fresh: Buffer }> {
    world = await migrationWorld();
    const [first] = await addDocuments(world, documents);
    await world.run();
    const oldKey = (await row(first!.id))?.key ?? '';
    const fresh = content('another', 300);
    world.store.seed(VENDOR, first!.key, { bytes: fresh, checksum: 'none' });
    await runVerify(world);
    return { ...first!, oldKey, fresh };
  }

  for (const mode of ['auto', 'full', 'incremental', 'retry'] as const) {
    it(`is copied as the next revision by a backup of mode ${mode}, and the object of the first one stays`, async () => {
      const { id, key, oldKey, fresh } = await overwritten();
      const old = world.store.read(TARGET, oldKey);
      const result = await world.run({ mode, ...(mode === 'retry' && { retry: ['failed'] }) });
      expect(result).to.deep.include({ status: 'completed', changedAtSource: 1 });
      expect(result.run).to.include({ processed: 1, verified: 1 });

      const document = await row(id);
      expect(document).to.deep.include({ state: 'verified', revision: 2, originalUrl: sourceUrl(key) });
      expect(document!.key).to.not.equal(oldKey);
      expect(parseKey(document!.key!, 'uploads/')).to.deep.include({ recordId: id, revision: 2 });
      expect(world.store.read(TARGET, document!.key!).equals(fresh), 'the new content').to.equal(true);
      expect(world.store.read(TARGET, oldKey).equals(old), 'the old object').to.equal(true);
      const revisions = await world.look((catalog) => catalog.revisions({ limit: 10 }));
      expect(revisions.map((past) => [past.document, past.revision, past.key, past.copyState])).to.deep.equal([
        [id, 1, oldKey, 'verified'],
      ]);
      await countsAddUp();

      expect(await runVerify(world)).to.deep.include({ status: 'completed', findings: {} });
      expect((await world.run({ mode: 'full' })).changedAtSource, 'nothing is left to do').to.equal(0);
      expect((await row(id))?.revision).to.equal(2);
      const errors = await world.look((catalog) => catalog.errorClasses());
      expect(errors.map(({ code, documents }) => [code, documents])).to.deep.equal([['source-changed', 0]]);
    });
  }

  it('is not switched before that, and points to the new object afterwards', async () => {
    const { id, key } = await overwritten();
    await runSwitch(world);
    expect(linksInOrg(world).get(id)?.url).to.equal(sourceUrl(key));
    await world.run();
    await runSwitch(world);
    const document = await row(id);
    expect(linksInOrg(world).get(id)).to.deep.equal({
      url: `${LINK_BASE}/d/${id}`,
      key: document!.key,
      original: sourceUrl(key),
    });
  });

  it('is copied alone when the backup is of its account, and left for later when it is of another', async () => {
    const { id } = await overwritten();
    const documents = await world.look(allDocuments);
    const account = documents.find((document) => document.id === id)?.accountId;
    const other = documents.find((document) => document.accountId !== account)?.accountId;
    expect((await world.run({ accountId: other! })).changedAtSource).to.equal(0);
    expect(await row(id)).to.include({ state: 'changed', revision: 1 });
    expect((await world.run({ accountId: account! })).changedAtSource).to.equal(1);
    expect(await row(id)).to.include({ state: 'verified', revision: 2 });
  });

  it('keeps its number when the backup that took it on is interrupted before it is copied', async () => {
    const { id } = await overwritten();
    const stop = new AbortController();
    stop.abort();
    await world.run({}, { signal: stop.signal });
    expect(await row(id)).to.include({ state: 'discovered', revision: 2 });
    await world.run();
    expect(await row(id)).to.include({ state: 'verified', revision: 2 });
    await countsAddUp();
  });

  async function countsAddUp(): Promise<void> {
    await world.look(async (catalog) => expect(await catalog.counts()).to.deep.equal(await catalog.recount()));
  }
});
