import { expect } from 'chai';
import { accountId, documentId } from '@file-migration/config';
import { BackupProgress } from '../../plugin/src/backup/backup-progress.ts';
import { allDocuments, audit } from '@file-migration/kit/migration/audit';
import {
  LINK_BASE,
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  documentRecord,
  runBackup,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';

describe('backup', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await migrationWorld();
  });
  afterEach(() => world.close());

  it('copies every file once, byte-equal, and the counts add up', async () => {
    await addDocuments(world, 120);
    const result = await world.run();
    expect(result).to.deep.include({ mode: 'full', status: 'completed' });
    expect(result.run).to.deep.include({ discovered: 120, created: 120, processed: 120, verified: 120 });
    const documents = await audit(world);
    expect(documents.every(({ state }) => state === 'verified')).to.equal(true);
  });

  it('copies nothing again, neither by an incremental nor by a full run', async () => {
    await addDocuments(world, 30);
    await world.run();
    const writes = (): number => world.store.traffic.count('CopyObject') + world.store.traffic.count('PutObject');
    const before = writes();
    expect(await world.run()).to.deep.include({ mode: 'incremental', status: 'completed' });
    expect(await world.run({ mode: 'full' })).to.deep.include({ mode: 'full', status: 'completed' });
    expect(writes(), 'writes to the target').to.equal(before);
    await audit(world);
  });

  it('gives equal names under one account keys of their own', async () => {
    const [first] = await addDocuments(world, 1);
    for (const key of ['same-1', 'same-2', 'same-3']) {
      world.store.seed(VENDOR, key, { bytes: content(key, 50) });
      world.org.records.insertOne('DocListEntry__c', documentRecord('Tax return.pdf', sourceUrl(key), first?.account));
    }
    await world.run();
    expect((await audit(world)).filter(({ name }) => name === 'Tax return.pdf')).to.have.length(3);
  });

  it('keeps the old file and copies the new one beside it when a user replaces a file', async () => {
    const [document] = await addDocuments(world, 3);
    await world.run();
    world.store.seed(VENDOR, 'replacement', { bytes: content('new', 300) });
    world.org.records.update(document!.id, { Document__c: sourceUrl('replacement') });
    expect((await world.run()).run).to.deep.include({ replaced: 1, verified: 1 });
    const row = (await audit(world)).find(({ id }) => id === document!.id);
    expect(row).to.deep.include({ revision: 2, originalUrl: sourceUrl('replacement') });
    expect(row?.key).to.match(/~2\.pdf$/);
    const revisions = await world.look((catalog) => catalog.revisions({ limit: 10 }));
    expect(revisions).to.have.length(1);
    expect([...world.store.list(TARGET)]).to.have.length(4);
  });

  it('knows its own link on its own document, and keeps original and copy', async () => {
    const [document] = await addDocuments(world, 2);
    await world.run();
    const find = async () => (await audit(world)).find(({ id }) => id === document!.id);
    const { key = null } = (await find()) ?? {};
    world.org.records.update(document!.id, { Document__c: `${LINK_BASE}/d/${document!.id}`, File_Key__c: key });
    await world.run({ mode: 'full' });
    expect(await find()).to.deep.include({ state: 'switched', revision: 1, originalUrl: sourceUrl(document!.key) });
    world.org.records.update(document!.id, { File_Key__c: null });
    await world.run({ mode: 'full' });
    expect(await find(), 'a link opens what the key beside it names').to.include({ linkState: 'outdated' });
  });

  it("gives a clone of a switched document the original's source", async () => {
    const [document] = await addDocuments(world, 2);
    await world.run();
    const link = `${LINK_BASE}/d/${document!.id}`;
    world.org.records.update(document!.id, { Document__c: link });
    const clone = world.org.records.insertOne(
      'DocListEntry__c',
      documentRecord('copy of it.pdf', link, document!.account),
    );
    await world.run();
    const row = (await audit(world)).find(({ id }) => id === clone);
    expect(row).to.deep.include({ state: 'verified', originalUrl: sourceUrl(document!.key) });
  });

  it('names the rule on every document that it leaves out', async () => {
    await addDocuments(world, 1);
    const { records } = world.org;
    records.insertOne('DocListEntry__c', documentRecord('without.pdf', null));
    records.insertOne('DocListEntry__c', documentRecord('garbage.pdf', 'not a url'));
    await world.run();
    const skipped = await world.look(async (catalog) => (await catalog.counts()).skippedByRule);
    expect(skipped).to.deep.equal({ 'no-url': 1, 'unparseable-url': 1 });
    await audit(world);
  });

  it('leaves out by extension and size, and takes them on again when the rule is gone', async () => {
    await addDocuments(world, 2, { bytes: 2_000_000 });
    world.store.seed(VENDOR, 'note', { bytes: 'a note' });
    world.org.records.insertOne('DocListEntry__c', documentRecord('note.txt', sourceUrl('note')));
    const filters = { maxFileSizeMb: 1, allowedExtensions: ['pdf'], deniedExtensions: [] };
    await world.run({}, { config: { ...world.config, filters } });
    const skipped = await world.look(async (catalog) => (await catalog.counts()).skippedByRule);
    expect(skipped).to.deep.equal({ 'too-large': 2, extension: 1 });
    expect((await world.run()).run).to.deep.include({ verified: 3, skipped: 0 });
    await audit(world);
  });

  it('ends missing, denied and archived sources as such, and copies them once they can be read', async () => {
    const documents = await addDocuments(world, 4);
    const [gone, closed, cold] = documents.map(({ key }) => key);
    world.store.remove(VENDOR, gone!);
    world.store.seed(VENDOR, closed!, { bytes: content('closed', 100), denied: true });
    world.store.seed(VENDOR, cold!, { bytes: content('cold', 100), storageClass: 'GLACIER' });
    const result = await world.run();
    expect(result.status).to.equal('completed_with_failures');
    expect(result.run).to.deep.include({ missing: 1, denied: 1, archived: 1, verified: 1 });
    for (const key of [gone!, closed!, cold!]) world.store.seed(VENDOR, key, { bytes: content(key, 100) });
    const retried = await world.run({ mode: 'retry', retry: ['missing', 'denied', 'archived'] });
    expect(retried.run).to.deep.include({ discovered: 0, processed: 3, verified: 3 });
    await audit(world);
  });

  it('copies one account alone, and a limited number, without taking that for a complete backup', async () => {
    const documents = await addDocuments(world, 30);
    const scoped = await world.run({ accountId: accountId(documents[0]!.account) });
    expect(scoped.run).to.deep.include({ discovered: 10, verified: 10 });
    const limited = await world.run({ limit: 5 });
    expect(limited.run.verified).to.equal(5);
    expect(await world.look((catalog) => catalog.watermark())).to.equal(undefined);
    expect(await world.run()).to.deep.include({ mode: 'full' });
    expect((await audit(world)).filter(({ state }) => state === 'verified')).to.have.length(30);
  });

  it('shows as its total what the scope takes on, not what the whole org has left', async () => {
    const documents = await addDocuments(world, 30);
    await world.run({ limit: 1 });
    const limited = new BackupProgress();
    await world.run({ limit: 5 }, { progress: limited });
    expect(limited.now()).to.deep.include({ done: 5, total: 5, totalIsFinal: true });
    const scoped = new BackupProgress();
    const { run } = await world.run({ accountId: accountId(documents[2]!.account) }, { progress: scoped });
    expect(scoped.now()).to.deep.include({ done: run.processed, total: run.processed, totalIsFinal: true });
    expect(run.processed).to.be.within(4, 10);
  });

  it('refuses an incremental backup that has nothing to build on', async () => {
    const error: unknown = await world.run({ mode: 'incremental' }).catch((reason: unknown) => reason);
    expect(error).to.deep.include({ code: 'wrong-use' });
  });

  for (const elsewhere of ['org', 'bucket', 'prefix'] as const) {
    it(`writes nothing anywhere when the ${elsewhere} is not the one that the catalog belongs to`, async () => {
      await addDocuments(world, 3);
      await world.run();
      await addDocuments(world, 3, { prefix: 'later' });
      const { config, org, store } = world;
      const foreign = {
        org: { org: { ...org, orgId: '00D5g000000ZzZzEAK', accessTokens: org.accessTokens }, config },
        bucket: { org, config: { ...config, target: { ...config.target, bucket: 'another-bucket' } } },
        prefix: { org, config: { ...config, key: { ...config.key, prefix: 'elsewhere/' } } },
      }[elsewhere];
      const [requests, asked] = [store.traffic.total, org.requests.total()];
      const error: unknown = await runBackup(foreign, {}, {}).catch((reason: unknown) => reason);
      expect(error).to.deep.include({ code: 'catalog-bound-elsewhere' });
      expect(store.traffic.total, 'requests to the store').to.equal(requests);
      expect(org.requests.total(), 'requests to the org').to.equal(asked);
      expect(await world.look((catalog) => catalog.runs(10)), 'runs').to.have.length(1);
    });
  }

  it('shows a document under the id that the org gave it', async () => {
    const [document] = await addDocuments(world, 1);
    await world.run();
    const row = await world.look((catalog) => catalog.document(documentId(document!.id)));
    expect(row?.key).to.contain(`/${document!.id}/`);
    expect(await world.look(allDocuments)).to.have.length(1);
  });
});
