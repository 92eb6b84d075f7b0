import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { documentId } from '@file-migration/config';
import { isKnownHostFor, isOursFor } from '../../plugin/src/rollback/file-intents.ts';
import { UpdateProgress } from '../../plugin/src/jobs/update-progress.ts';
import { readRollbackFile } from '../../plugin/src/rollback/rollback-file.ts';
import {
  LINK_BASE,
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  sourceUrl,
  worldConfig,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { runVerify } from '@file-migration/kit/migration/verify';
import { linksInOrg, runRelink, runRollback, runSwitch } from '@file-migration/kit/migration/switch';

describe('A rollback', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await migrationWorld();
  });
  afterEach(() => world.close());

  async function switched(documents: number) {
    const written = await addDocuments(world, documents);
    await world.run();
    await runSwitch(world);
    return written;
  }

  it('puts every original URL back and keeps the key, so that links sent around go on working', async () => {
    const written = await switched(30);
    expect(await runRollback(world)).to.include({ status: 'completed', confirmed: 30, failed: 0 });
    const links = linksInOrg(world);
    for (const { id, key } of written) {
      expect(links.get(id)?.url).to.equal(sourceUrl(key));
      expect(links.get(id)?.key).to.include(id);
    }
    const counts = await world.look((catalog) => catalog.counts());
    expect(counts.states).to.include({ switched: 0, verified: 30 });
    await world.look(async (catalog) => expect(counts).to.deep.equal(await catalog.recount()));
    expect((await runRollback(world)).confirmed, 'a second time there is nothing to undo').to.equal(0);
    expect((await runSwitch(world)).confirmed, 'and they can be switched again').to.equal(30);
  });

  it('knows how many it takes back, whatever became of their files, and counts each', async () => {
    const written = await switched(9);
    const [first] = written;
    // its source is overwritten and copied anew: its record opens the former file, and is to be switched again
    world.store.seed(VENDOR, first!.key, { bytes: content('another', 300), checksum: 'none' });
    await runVerify(world);
    await world.run({ mode: 'full' });
    world.org.records.softDelete(written[4]!.id);
    const relinked = new UpdateProgress();
    await runRelink(world, relinked);
    expect(relinked.now(), 'no link has to be rewritten').to.include({ done: 0, total: 0 });
    const progress = new UpdateProgress();
    expect(await runRollback(world, {}, { progress })).to.include({ confirmed: 8, absent: 1 });
    expect(progress.now()).to.include({ done: 9, total: 9, attention: 1, bytes: undefined });
    await runSwitch(world);
    const [newest] = (await world.look((catalog) => catalog.runs(5))).filter(({ type }) => type === 'switch');
    const ofRun = new UpdateProgress();
    await runRollback(world, { source: { kind: 'database', run: newest!.id } }, { progress: ofRun });
    expect(ofRun.now()).to.include({ done: 8, total: 8 });
  });

  it('undoes one account, and one run', async () => {
    const written = await switched(30);
    const [first] = await world.look((catalog) => catalog.waveAccounts());
    expect((await runRollback(world, { accounts: [first!.accountId] })).confirmed).to.equal(10);
    await runSwitch(world);
    const runs = await world.look((catalog) => catalog.runs(10));
    const newest = runs.find(({ type }) => type === 'switch')!;
    const result = await runRollback(world, { source: { kind: 'database', run: newest.id } });
    expect(result.confirmed, 'only what the second switch wrote').to.equal(10);
    expect(written).to.have.length(30);
  });

  it('leaves a URL alone that a user changed, also between our read and our write', async () => {
    const written = await switched(12);
    const own = 'https://somewhere.example.com/mine.pdf';
    const late = 'https://somewhere.example.com/late.pdf';
    world.org.records.update(written[2]!.id, { Document__c: own });
    world.org.setFaults([
      {
        match: { operation: 'ingest.job' },
        fault: { kind: 'edit', id: written[5]!.id, fields: { Document__c: late } },
      },
    ]);
    const result = await runRollback(world);
    expect(result).to.include({ confirmed: 10, conflicts: 2 });
    expect(linksInOrg(world).get(written[2]!.id)?.url).to.equal(own);
    expect(linksInOrg(world).get(written[5]!.id)?.url).to.equal(late);
  });

  it('yields the user’s edit after switch, edit, backup, switch and rollback', async () => {
    const [edited] = await switched(6);
    const own = sourceUrl('f-3');
    world.org.records.update(edited!.id, { Document__c: own });
    await world.run();
    await runSwitch(world);
    expect(linksInOrg(world).get(edited!.id)).to.include({ url: `${LINK_BASE}/d/${edited!.id}`, original: own });
    await runRollback(world);
    expect(linksInOrg(world).get(edited!.id)?.url).to.equal(own);
  });

  it('goes by a rollback file out of the bucket, without the catalog that wrote it', async () => {
    const written = await switched(9);
    const [lines] = [...world.store.list(TARGET)].filter(({ key }) => key.includes('/rollback/'));
    const file = join(world.folder, 'lines.json');
    await writeFile(file, world.store.read(TARGET, lines!.key));
    const other = {
      org: world.org,
      config: { ...world.config, catalog: { ...world.config.catalog, file: join(world.folder, 'other.db') } },
    };
    const source = {
      kind: 'file',
      records: await readRollbackFile(file),
      isOurs: isOursFor(world.config),
      isKnownHost: isKnownHostFor(world.config),
    } as const;
    expect(await runRollback(other, { source })).to.include({ status: 'completed', confirmed: 9 });
    expect([...linksInOrg(world).values()].map(({ url }) => url).toSorted()).to.deep.equal(
      written.map(({ key }) => sourceUrl(key)).toSorted(),
    );
  });

  it('takes the predecessor’s rollback file, and touches only what the predecessor wrote', async () => {
    const written = await addDocuments(world, 4);
    const records = written.map(({ id, key }) => ({ Id: id, original_url: sourceUrl(key) }));
    for (const { id } of written.slice(0, 3)) {
      world.org.records.update(id, {
        Document__c: `https://${TARGET}.s3.us-west-2.amazonaws.com/uploads/001/Acme/a.pdf`,
      });
    }
    const own = 'https://somewhere.example.com/mine.pdf';
    world.org.records.update(written[3]!.id, { Document__c: own });
    const file = join(world.folder, 'rollback_data_20250101_120000.json');
    await writeFile(file, JSON.stringify({ timestamp: '2025-01-01T12:00:00', total_records: 4, records }));
    const source = {
      kind: 'file',
      records: await readRollbackFile(file),
      isOurs: isOursFor(world.config),
      isKnownHost: isKnownHostFor(world.config),
    } as const;
    expect(await runRollback(world, { source })).to.include({ confirmed: 3, conflicts: 1 });
    const links = linksInOrg(world);
    expect(links.get(written[0]!.id)?.url).to.equal(sourceUrl(written[0]!.key));
    expect(links.get(written[3]!.id)?.url).to.equal(own);
  });

  describe('by a file that somebody has edited, or that is out of date', () => {
    async function byFile(records: readonly object[], place: Parameters<typeof runRollback>[0] = world) {
      const file = join(world.folder, 'edited.json');
      await writeFile(file, JSON.stringify({ total_records: records.length, records }));
      const { config } = place;
      const source = {
        kind: 'file',
        records: await readRollbackFile(file),
        isOurs: isOursFor(config),
        isKnownHost: isKnownHostFor(config),
      } as const;
      return await runRollback(place, { source });
    }
    const withoutCatalog = () => ({
      org: world.org,
      config: { ...world.config, catalog: { ...world.config.catalog, file: join(world.folder, 'lost.db') } },
    });

    it('keeps the newer URL that a user gave a document since', async () => {
      const [first] = await switched(3);
      world.org.records.update(first!.id, { File_Original_Url__c: sourceUrl('f-9') });
      const records = [{ Id: first!.id, original_url: sourceUrl(first!.key) }];
      expect(await byFile(records)).to.include({ confirmed: 0, conflicts: 1 });
      expect(await byFile(records, withoutCatalog())).to.include({ confirmed: 0, conflicts: 1 });
    });

    for (const [name, url] of [
      ['a script', 'javascript:alert(1)'],
      ['a local file', 'file:///etc/passwd'],
      ['a foreign host', 'https://evil.example.com/a.pdf'],
      ['another document’s file', sourceUrl('f-1')],
    ] as const) {
      it(`writes no URL that is ${name}, with the guard and without it, with the catalog and without it`, async () => {
        await world.close();
        world = await migrationWorld({ org: { guard: false } });
        const written = await switched(3);
        const [first] = written;
        const ours = linksInOrg(world).get(first!.id)?.url;
        const records = [{ Id: first!.id, original_url: url }];
        expect(await byFile(records)).to.include({ confirmed: 0, conflicts: 1 });
        expect(await byFile(records, withoutCatalog())).to.include({ confirmed: 0, conflicts: 1 });
        expect(linksInOrg(world).get(first!.id)?.url).to.equal(ours);
      });
    }

    it('believes no host that nothing is known of, where the record has no original URL', async () => {
      const [first] = await addDocuments(world, 1);
      world.org.records.update(first!.id, {
        Document__c: `https://${TARGET}.s3.us-west-2.amazonaws.com/uploads/001/Acme/a.pdf`,
      });
      const restored = (url: string) => byFile([{ Id: first!.id, original_url: url }], withoutCatalog());
      expect(await restored('https://evil.example.com/a.pdf')).to.include({ confirmed: 0, conflicts: 1 });
      expect(await restored(sourceUrl(first!.key))).to.include({ confirmed: 1, conflicts: 0 });
    });
  });

  it('refuses a file that makes no sense before anything is written', async () => {
    const file = join(world.folder, 'bad.json');
    for (const content of [
      'no json',
      '{}',
      '{"records":[{"Id":"x","original_url":"y"}]}',
      '{"records":[{"Id":"a0P000000000001AAA"}]}',
    ]) {
      await writeFile(file, content);
      expect((await failureOf(readRollbackFile(file))).code, content).to.equal('wrong-use');
    }
    expect((await readFile(file)).length).to.be.greaterThan(0);
  });

  it('undoes a relink to the original URL, not to the former address', async () => {
    const [one] = await switched(5);
    const moved = worldConfig(
      { folder: world.folder, storeUrl: world.store.url },
      { link: { baseUrl: 'https://new.example.com', formerBaseUrls: [LINK_BASE] } },
    );
    const place = { org: world.org, config: moved };
    expect(await runRelink(place)).to.include({ status: 'completed', confirmed: 5 });
    expect(linksInOrg(world).get(one!.id)?.url).to.equal(`https://new.example.com/d/${one!.id}`);
    expect((await runRelink(place)).confirmed, 'a second time').to.equal(0);
    const journal = await world.look((catalog) => catalog.journalOf(documentId(one!.id)));
    expect(journal.map(({ operation, state }) => `${operation} ${state}`)).to.deep.equal([
      'switch superseded',
      'relink confirmed',
    ]);
    expect(await runRollback(place)).to.include({ status: 'completed', confirmed: 5 });
    expect(linksInOrg(world).get(one!.id)?.url).to.equal(sourceUrl(one!.key));
  });
});
