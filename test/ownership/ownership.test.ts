import { copyFile, rm } from 'node:fs/promises';
import { expect } from 'chai';
import { catalogWorld, type CatalogWorld } from '@file-migration/kit/catalog/catalog-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { storageWorld, type StorageWorld } from '@file-migration/kit/storage/storage-world';
import type { Catalog } from '../../plugin/src/catalog/port.ts';
import {
  claimOwnership,
  seizeOwnership,
  type BucketOwnership,
  type OwnershipTools,
} from '../../plugin/src/ownership/ownership.ts';
import { ownerName } from '../../plugin/src/ownership/owner-record.ts';

const { signal } = new AbortController();
const leaseMs = 60;

/* DESIGN, invariant 12, across machines: what the lock is on one disk, the owner's record is in the bucket. */
describe('The owner of a bucket’s files', () => {
  let here: CatalogWorld;
  let bucket: StorageWorld;
  const owners: BucketOwnership[] = [];
  before(async () => (bucket = await storageWorld()));
  after(() => bucket.close());
  beforeEach(async () => (here = await catalogWorld()));
  afterEach(async () => {
    for (const owner of owners.splice(0)) await owner.release().catch(() => undefined);
    bucket.store.setFaults([]);
    for (const { key } of bucket.store.list('ours')) bucket.store.remove('ours', key);
    await here.close();
  });

  function tools(catalog: Catalog, more: Partial<OwnershipTools> = {}): OwnershipTools {
    const { binding } = here.options();
    return { catalog, storage: bucket.storage, binding, command: 'sf migrate files backup', signal, ...more };
  }
  async function claimed(catalog: Catalog, more?: Partial<OwnershipTools>): Promise<BucketOwnership> {
    const owner = await claimOwnership(tools(catalog, more));
    owners.push(owner);
    return owner;
  }
  async function seized(catalog: Catalog): Promise<BucketOwnership> {
    const owner = await seizeOwnership(tools(catalog));
    owners.push(owner);
    return owner;
  }
  const record = (): Record<string, unknown> =>
    JSON.parse(bucket.store.read('ours', `uploads/${ownerName(here.options().binding)}`).toString()) as Record<
      string,
      unknown
    >;

  it('is the catalog that was first, command after command, each with the next epoch', async () => {
    const catalog = await here.open();
    const first = await claimed(catalog);
    await first.check();
    expect(record()).to.include({ epoch: 1, state: 'working', catalog: catalog.identity.uuid });
    await first.release();
    expect(record()).to.include({ state: 'idle' });
    expect((await claimed(catalog)).epoch).to.equal(2);
  });

  it('stays the same after a command that was killed at any of its steps', async () => {
    const catalog = await here.open();
    await claimed(catalog);
    // told before the bucket was: the bucket still has the former token
    await catalog.ownershipIsClaimed('never-written');
    expect((await claimed(catalog)).epoch).to.equal(2);
    // the bucket was told, and the catalog never learned of the answer
    const killed = { ...tools(catalog).catalog, ownershipIsTaken: () => Promise.reject(new Error('killed')) };
    await failureOf(claimOwnership(tools(catalog, { catalog: killed }))).catch(() => undefined);
    expect((await claimed(catalog)).epoch).to.equal(4);
  });

  it('is not another catalog, which is told whose the files are and what to do', async () => {
    await (await claimed(await here.open())).release();
    const other = await here.open({ file: `${here.file}.other` });
    const refused = await failureOf(claimed(other));
    expect(refused).to.include({ code: 'catalog-superseded', failureClass: 'stop' });
    expect(refused.message).to.include('sf migrate files backup');
    expect(refused.actions.join()).to.include('sf migrate files recover');
  });

  it('is not an older copy of the same catalog', async () => {
    const catalog = await here.open();
    await (await claimed(catalog)).release();
    await catalog.close();
    await copyFile(here.file, `${here.file}.copy`);
    const later = await here.open();
    await (await claimed(later)).release();
    await later.close();
    await rm(here.file);
    await copyFile(`${here.file}.copy`, here.file);
    const old = await here.open();
    expect(await failureOf(claimed(old))).to.include({ code: 'catalog-superseded' });
  });

  it('loses the files to a recovery elsewhere, within its lease and for ever', async () => {
    const catalog = await here.open();
    const former = await claimed(catalog, { leaseMs });
    const recovered = await here.open({ file: `${here.file}.other` });
    const present = await seized(recovered);
    expect(present.epoch).to.equal(former.epoch + 1);
    await new Promise((done) => setTimeout(done, leaseMs));
    expect(await failureOf(former.check())).to.include({ code: 'catalog-superseded' });
    await former.release();
    expect(await failureOf(claimed(catalog))).to.include({ code: 'catalog-superseded' });
    await present.check();
    expect(record()).to.include({ catalog: recovered.identity.uuid, state: 'working' });
  });

  it('is one of two that try at the same time', async () => {
    const catalogs = [await here.open(), await here.open({ file: `${here.file}.other` })];
    const tries = await Promise.allSettled(catalogs.map((catalog) => claimed(catalog)));
    expect(tries.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
  });

  it('writes nothing while it cannot be said who owns the files', async () => {
    const catalog = await here.open();
    const owner = await claimed(catalog, { leaseMs });
    bucket.store.setFaults([{ match: { operation: 'GetObject' }, fault: { kind: 'error', code: 'InternalError' } }]);
    await new Promise((done) => setTimeout(done, leaseMs));
    expect(await failureOf(owner.check())).to.include({ failureClass: 'retry' });
    bucket.store.setFaults([]);
    await owner.check();
    bucket.store.seed('ours', `uploads/${ownerName(here.options().binding)}`, { bytes: '{"epoch":"9"}' });
    expect(await failureOf(claimed(catalog))).to.include({ code: 'owner-unreadable', failureClass: 'stop' });
  });

  it('is believed after an answer that was lost', async () => {
    const catalog = await here.open();
    bucket.store.setFaults([{ match: { operation: 'PutObject', times: 1 }, fault: { kind: 'cut', acted: true } }]);
    expect((await claimed(catalog)).epoch).to.equal(1);
  });
});
