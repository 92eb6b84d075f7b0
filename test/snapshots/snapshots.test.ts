import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { catalogWorld, type CatalogWorld } from '@file-migration/kit/catalog/catalog-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { storageWorld, type StorageWorld } from '@file-migration/kit/storage/storage-world';
import type { Catalog } from '../../plugin/src/catalog/port.ts';
import { listSnapshots, type ListedSnapshot } from '../../plugin/src/snapshots/snapshot-list.ts';
import { readSnapshot } from '../../plugin/src/snapshots/read-snapshot.ts';
import { skippableMagic, snapshotFileName, type SnapshotManifest } from '../../plugin/src/snapshots/snapshot-file.ts';
import { writeSnapshot } from '../../plugin/src/snapshots/write-snapshot.ts';

const { signal } = new AbortController();

describe('A snapshot of the catalog', () => {
  let here: CatalogWorld;
  let bucket: StorageWorld;
  let catalog: Catalog;
  let folder: string;
  before(async () => (bucket = await storageWorld()));
  after(() => bucket.close());
  beforeEach(async () => {
    here = await catalogWorld();
    catalog = await here.open();
    folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
  });
  afterEach(async () => {
    for (const { key } of bucket.store.list('ours')) bucket.store.remove('ours', key);
    await here.close();
    await rm(folder, { recursive: true, force: true });
  });

  const binding = () => here.options().binding;
  const list = (): Promise<ListedSnapshot[]> => listSnapshots(bucket.storage, binding(), signal);
  const write = (epoch = 1) =>
    writeSnapshot({ catalog, storage: bucket.storage, binding: binding(), epoch, file: here.file }, signal);
  const read = (listed: ListedSnapshot) =>
    readSnapshot({ storage: bucket.storage, signal }, listed, binding(), join(folder, 'catalog.db'));

  /** Puts a snapshot into the bucket whose manifest says what `more` says, of whatever bytes. */
  async function planted(
    more: Partial<SnapshotManifest>,
    packed: (database: Buffer) => Buffer,
  ): Promise<ListedSnapshot> {
    const { key } = await write();
    const bytes = bucket.store.read('ours', key);
    const length = bytes.readUInt32LE(4);
    const manifest = JSON.parse(bytes.subarray(8, 8 + length).toString()) as SnapshotManifest;
    const database = zstdDecompressSync(bytes.subarray(8 + length));
    const body = Buffer.from(JSON.stringify({ ...manifest, ...more }));
    const head = Buffer.alloc(8);
    head.writeUInt32LE(skippableMagic, 0);
    head.writeUInt32LE(body.length, 4);
    bucket.store.seed('ours', key, { bytes: Buffer.concat([head, body, packed(database)]) });
    const [listed] = await list();
    return listed!;
  }
  const rejected = async (listed: ListedSnapshot): Promise<string> => {
    const failure = await failureOf(read(listed));
    expect(failure.code, failure.message).to.equal('snapshot-damaged');
    return failure.message;
  };

  it('holds the catalog as it is, for a reader on another machine, and knows no owner’s token', async () => {
    await catalog.ownershipIsTaken({ epoch: 7, token: 'secret-of-the-owner' });
    const run = await catalog.startRun({ type: 'backup', mode: 'full', command: 'test', configSnapshot: {} });
    const note = await write(7);
    expect((await catalog.ownership()).snapshot).to.deep.equal(note);
    const [listed] = await list();
    expect(listed).to.include({ key: note.key, epoch: 7, catalog: catalog.identity.uuid, bytes: note.bytes });
    await read(listed!);
    const copy = await here.open({ file: join(folder, 'catalog.db') });
    expect((await copy.runs(1))[0]?.id).to.equal(run);
    expect(copy.identity.uuid).to.equal(catalog.identity.uuid);
    expect((await copy.ownership()).tokens).to.deep.equal([]);
    expect((await readFile(join(folder, 'catalog.db'))).includes('secret-of-the-owner')).to.equal(false);
  });

  it('is written while others write into the catalog, and leaves nothing beside it', async () => {
    const writes = Promise.all(
      Array.from({ length: 50 }, () =>
        catalog.startRun({
          type: 'backup',
          mode: 'full',
          command: 'test',
          configSnapshot: { text: 'x'.repeat(5_000) },
        }),
      ),
    );
    await write();
    await writes;
    await read((await list())[0]!);
    expect((await readdir(here.folder)).filter((name) => name.startsWith('.catalog-snapshot'))).to.deep.equal([]);
  });

  it('stays with the newest ten of its catalog; another catalog’s and other objects stay', async () => {
    const foreign = `uploads/.file-migration/snapshots/${binding().organizationId}/${binding().object}.${binding().urlField}/`;
    const other = `${foreign}${snapshotFileName({ epoch: 1, at: '2026-01-01T00:00:00.000Z', catalog: '00000000-0000-4000-8000-000000000000' })}`;
    bucket.store.seed('ours', other, { bytes: 'another' });
    bucket.store.seed('ours', `${foreign}notes.txt`, { bytes: 'ours is not' });
    for (let epoch = 1; epoch <= 12; epoch++) await write(epoch);
    const kept = (await list()).filter((one) => one.catalog === catalog.identity.uuid);
    expect(kept.map(({ epoch }) => epoch)).to.deep.equal([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect([...bucket.store.list('ours', foreign)].map(({ key }) => key)).to.include.members([
      other,
      `${foreign}notes.txt`,
    ]);
  });

  it('is refused when it is cut, changed, or unpacks to more or less than it says', async () => {
    expect(await rejected(await planted({}, (database) => zstdCompressSync(database).subarray(0, -40)))).to.match(
      /unpack/,
    );
    await rm(join(folder, 'catalog.db'), { force: true });
    expect(await rejected(await planted({ sha256: 'a'.repeat(64) }, zstdCompressSync))).to.match(/checksum/);
    await rm(join(folder, 'catalog.db'), { force: true });
    const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
    expect(await rejected(await planted({}, () => bomb))).to.match(/unpacks to more than/);
    await rm(join(folder, 'catalog.db'), { force: true });
    expect(await rejected(await planted({ size: 2 ** 50 }, () => bomb))).to.match(/says that it unpacks to/);
    expect(await rejected(await planted({}, () => Buffer.from('no zstd at all')))).to.match(/cannot be unpacked/);
  });

  it('is refused when it is another catalog, another migration’s, newer, or hides SQL', async () => {
    const binder = { ...binding(), organizationId: '00D000000000009EAA' as never };
    expect(await failureOf(read(await planted({ binding: binder }, zstdCompressSync)))).to.include({
      code: 'catalog-bound-elsewhere',
    });
    expect(await failureOf(read(await planted({ schemaVersion: 999 }, zstdCompressSync)))).to.include({
      code: 'catalog-newer',
    });
    expect(
      await rejected(await planted({ catalog: '11111111-1111-4111-8111-111111111111' }, zstdCompressSync)),
    ).to.match(/does not fit its name/);
    const file = join(folder, 'hostile.db');
    await catalog.copyTo(file);
    const hostile = new Database(file);
    hostile.exec('CREATE TRIGGER t AFTER INSERT ON migration_runs BEGIN DELETE FROM documents; END');
    hostile.close();
    const bytes = await readFile(file);
    const facts = { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    expect(await rejected(await planted(facts, () => zstdCompressSync(bytes)))).to.match(/triggers/);
    await rm(join(folder, 'catalog.db'), { force: true });
    const strange = Buffer.from(bytes);
    strange.fill(0xff, 8_192, 12_000);
    const damaged = { size: strange.length, sha256: createHash('sha256').update(strange).digest('hex') };
    expect(await rejected(await planted(damaged, () => zstdCompressSync(strange)))).to.match(/SQLite/);
  });

  it('is never looked for outside its folder, whatever a key says', async () => {
    bucket.store.seed('ours', `uploads/.file-migration/snapshots/../../etc/passwd`, { bytes: 'x' });
    expect(await list()).to.deep.equal([]);
  });
});
