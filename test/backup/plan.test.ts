import { setTimeout as sleep } from 'node:timers/promises';
import { organizationId } from '@file-migration/config';
import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import type { BackupPlan } from '../../plugin/src/backup/backup-plan.ts';
import { backupSettings } from '../../plugin/src/backup/backup-request.ts';
import { planBackup } from '../../plugin/src/backup/backup-plan.ts';
import type { BackupRequest } from '../../plugin/src/backup/backup-request.ts';
import { openCatalogCopy } from '../../plugin/src/catalog/catalog-copy.ts';
import { createOrg } from '../../plugin/src/org/org.ts';
import { createStorage } from '../../plugin/src/storage/create-storage.ts';
import { catalogOptions } from '../../plugin/src/context/binding.ts';
import { storageOptions } from '../../plugin/src/context/storage-options.ts';
import { INTEGRATION_USER, sessionOf } from '@file-migration/kit/org/org-world';
import { runVerify } from '@file-migration/kit/migration/verify';
import { storeKeys } from '@file-migration/kit/migration/world-config';
import { filesIn } from '@file-migration/kit/migration/audit';
import {
  LINK_BASE,
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  documentRecord,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';

const signal = new AbortController().signal;
/** No overlap: what was not changed since the last backup is not asked for again. */
const overlapMs = 0;

async function plan({ org, config }: MigrationWorld, request: BackupRequest): Promise<BackupPlan> {
  const organization = organizationId(org.orgId);
  const session = sessionOf(org, INTEGRATION_USER, true, '68.0');
  const catalog = await openCatalogCopy(catalogOptions(config, organization, 'test plan'));
  const client = createOrg({ session, names: config.org, signal, poll: { firstMs: 2, mostMs: 20 } });
  const storage = createStorage(storageOptions(config, { organizationId: organization, env: storeKeys }));
  try {
    const settings = { ...backupSettings(config, { longestPauseMs: 0 }), overlapMs };
    const options = { settings, prices: config.prices, outputFile: undefined, signal };
    return await planBackup({ catalog, org: client, storage }, request, options);
  } finally {
    await Promise.all([client.close(), storage.close(), catalog.close()]);
  }
}

describe('backup --dry-run', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await migrationWorld();
  });
  afterEach(() => world.close());

  /** A catalog with everything in it that earlier runs can leave, and an org that has gone on since. */
  async function leftBehind(): Promise<void> {
    const { store, org } = world;
    const documents = await addDocuments(world, 12);
    const [first, second, third, lost, overwritten, replaced, switched, binned] = documents;
    store.seed(VENDOR, 'note', { bytes: 'a note' });
    org.records.insertOne('DocListEntry__c', documentRecord('note.txt', sourceUrl('note')));
    org.records.insertOne('DocListEntry__c', documentRecord('nowhere.pdf', null));
    const late = [first, second, third, lost];
    for (const document of late) store.remove(VENDOR, document!.key);
    const filters = { ...world.config.filters, deniedExtensions: ['txt'] };
    await world.run({}, { config: { ...world.config, filters } });
    // two of three wait since a retry that was limited to one; the fourth is missing still
    for (const { key } of [first!, second!, third!]) store.seed(VENDOR, key, { bytes: content(key, 200) });
    await world.run({ mode: 'retry', retry: ['missing'], limit: 1 });
    store.seed(VENDOR, overwritten!.key, { bytes: content('overwritten', 300), checksum: 'none' });
    await runVerify(world, { orphans: false });
    // the org tells changes by the second
    await sleep(1_100);
    store.seed(VENDOR, 'replacement', { bytes: content('replacement', 300) });
    org.records.update(replaced!.id, { Document__c: sourceUrl('replacement') });
    const link = `${LINK_BASE}/d/${switched!.id}`;
    org.records.update(switched!.id, { Document__c: link });
    org.records.insertOne('DocListEntry__c', documentRecord('a clone.pdf', link, switched!.account));
    org.records.softDelete(binned!.id);
    await addDocuments(world, 3, { prefix: 'new', accounts: 2 });
  }

  /** Plans, runs, and compares what was copied with what had been listed. */
  async function expectForeseen(request: BackupRequest): Promise<{ planned: BackupPlan; copied: string[] }> {
    const before = await world.look((catalog) => catalog.counts());
    const files = new Set(filesIn(world.store));
    const beside = await readdir(world.folder);
    const planned = await plan(world, request);
    expect(await world.look((catalog) => catalog.counts())).to.deep.equal(before);
    expect(await readdir(world.folder)).to.deep.equal(beside);
    expect(new Set(filesIn(world.store))).to.deep.equal(files);

    const { run, mode } = await world.run(request, { settings: { overlapMs } });
    const copied = filesIn(world.store).filter((key) => !files.has(key));
    expect(planned).to.include({ mode, documents: run.discovered, toCopy: run.processed });
    expect(planned.listed.map(({ key }) => key)).to.include.members(copied);
    // that a source is gone is only found out by trying
    expect(copied.length, 'copied').to.equal(planned.toCopy - run.missing);
    return { planned, copied };
  }

  // of what earlier runs left: three, the overwritten one and the one that is missing still
  const requests: { request: BackupRequest; toCopy: number }[] = [
    { request: { mode: 'incremental' }, toCopy: 5 + 5 },
    { request: { mode: 'full' }, toCopy: 5 + 5 },
    { request: { mode: 'retry', retry: ['missing', 'failed'] }, toCopy: 5 },
  ];
  for (const { request, toCopy } of requests) {
    it(`lists exactly what the following backup of mode ${request.mode} copies, and leaves nothing behind`, async () => {
      await leftBehind();
      const { planned } = await expectForeseen(request);
      expect(planned).to.deep.include({ toCopy, skipped: { 'no-url': 1 } });
    });
  }

  it('names what ended earlier and is not taken on, and lists it once it is asked for', async () => {
    const [gone] = await addDocuments(world, 3);
    world.store.remove(VENDOR, gone!.key);
    await world.run();
    const ended = { failed: 0, missing: 1, denied: 0, archived: 0 };
    expect(await plan(world, { mode: 'full' })).to.deep.include({ toCopy: 0, alreadyCopied: 2, endedEarlier: ended });
    const { planned } = await expectForeseen({ mode: 'retry', retry: ['missing'] });
    expect(planned).to.deep.include({ toCopy: 1, endedEarlier: { ...ended, missing: 0 } });
  });

  it('lists what an interrupted backup had found and what it had not come to yet', async () => {
    // more than are handed to storage at once: those are copied to their end
    await addDocuments(world, 400);
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 50 } }]);
    world.org.setFaults([{ match: { resource: 'results' }, fault: { kind: 'delay', ms: 100 } }]);
    const stop = new AbortController();
    const running = world.run({}, { signal: stop.signal });
    while (filesIn(world.store).length === 0) await sleep(10);
    stop.abort();
    expect(await running).to.include({ status: 'stopped' });
    world.org.setFaults([]);
    world.store.setFaults([]);
    const { planned, copied } = await expectForeseen({ mode: 'auto' });
    expect(planned).to.include({ mode: 'resume', alreadyCopied: 400 - copied.length });
    expect(copied.length).to.be.within(1, 399);
  });
});
