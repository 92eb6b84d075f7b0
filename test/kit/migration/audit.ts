import { createHash } from 'node:crypto';
import { LONGEST_KEY, OWN_FOLDER, keyOwner } from '@file-migration/config';
import { expect } from 'chai';
import type { CatalogDocument } from '../../../plugin/src/model/document.ts';
import type { CatalogReader } from '../../../plugin/src/catalog/port.ts';
import type { PastRevision } from '../../../plugin/src/catalog/documents.ts';
import { openExistingCatalog } from '../../../plugin/src/context/open-catalog.ts';
import { LINK_BASE, TARGET, VENDOR, type MigrationWorld } from './migration-world.ts';

/**
 * Everything that must hold after whatever happened: counters equal a recount and sum to the rows, no link is an
 * original, keys are sound and nobody else's, and every copy equals its source by the auditor's own hash.
 */
export async function audit(world: MigrationWorld): Promise<CatalogDocument[]> {
  return world.look(async (catalog) => {
    const documents = await allDocuments(catalog);
    const revisions = await catalog.revisions({ limit: 100_000 });
    await checkCounts(catalog, documents);
    checkRows(documents);
    checkTarget(world, documents, revisions);
    const running = (await catalog.runs(1_000)).filter(({ status }) => status === 'running');
    expect(running, 'runs that are "running" although nobody works').to.deep.equal([]);
    return documents;
  });
}

async function checkCounts(catalog: CatalogReader, documents: readonly CatalogDocument[]): Promise<void> {
  const counts = await catalog.counts();
  expect(counts, 'kept counters against a recount').to.deep.equal(await catalog.recount());
  expect(counts.documents, 'documents against rows').to.equal(documents.length);
  const sum = Object.values(counts.states).reduce((total, state) => total + state, 0);
  expect(sum, 'the sum over the states').to.equal(counts.documents);
}

function checkRows(documents: readonly CatalogDocument[]): void {
  for (const { id, originalUrl, key } of documents) {
    expect(originalUrl.startsWith(LINK_BASE), `original_url of ${id} is our link`).to.equal(false);
    if (key === undefined) continue;
    expect(key.length, key).to.be.at.most(LONGEST_KEY);
    expect(keyOwner(key, 'uploads/'), key).to.equal(id);
  }
}

function checkTarget(
  { store }: MigrationWorld,
  documents: readonly CatalogDocument[],
  revisions: readonly PastRevision[],
): void {
  const inBucket = new Set(filesIn(store));
  const copies = [
    ...documents.flatMap(({ key, originalUrl, target }) => (target && key ? [{ key, originalUrl }] : [])),
    ...revisions.map(({ key, originalUrl }) => ({ key, originalUrl })),
  ];
  for (const { key, originalUrl } of copies) {
    expect(inBucket.delete(key), `${key} is in the bucket, and nobody else's`).to.equal(true);
    const source = store.read(VENDOR, decodeURIComponent(new URL(originalUrl).pathname.slice(1)));
    expect(sha256(store.read(TARGET, key)), `content of ${key}`).to.equal(sha256(source));
  }
  expect([...inBucket], 'objects that the catalog does not know').to.deep.equal([]);
  expect(store.unfinishedUploads(TARGET), 'unfinished uploads').to.deep.equal([]);
}

/** Between two kills: objects may be there that the catalog has not written down yet, but the catalog is never wrong. */
export async function auditAfterKill({ config, store }: Pick<MigrationWorld, 'config' | 'store'>): Promise<void> {
  await using catalog = await openExistingCatalog(config.catalog.file);
  // killed before the catalog was made: the next run makes it
  if (catalog === undefined) return;
  expect(await catalog.counts()).to.deep.equal(await catalog.recount());
  const inBucket = new Set([...store.list(TARGET)].map(({ key }) => key));
  for (const { target, key } of await allDocuments(catalog)) {
    if (target !== undefined && key !== undefined) expect(inBucket.has(key), key).to.equal(true);
  }
  const running = (await catalog.runs(100)).filter(({ status }) => status === 'running');
  expect(running, 'runs shown as running after the kill').to.deep.equal([]);
}

/** Keys of documents in the target: without rollback lines, and without the probe that a killed survey leaves. */
export function filesIn(store: MigrationWorld['store']): string[] {
  return [...store.list(TARGET)].map(({ key }) => key).filter((key) => !key.startsWith(`uploads/${OWN_FOLDER}`));
}

export async function allDocuments(catalog: CatalogReader): Promise<CatalogDocument[]> {
  return catalog.documents({ limit: 100_000 });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
