import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogReader } from '../../plugin/src/catalog/port.ts';
import { accountId, documentId } from '@file-migration/config';
import { VerifyProgress } from '../../plugin/src/verify/verify-progress.ts';
import { expect } from 'chai';
import { audit } from '@file-migration/kit/migration/audit';
import {
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  type MigrationWorld,
  type Written,
} from '@file-migration/kit/migration/migration-world';
import { runVerify } from '@file-migration/kit/migration/verify';

describe('verify', () => {
  let world: MigrationWorld;
  const open = async (documents: number, options: Parameters<typeof migrationWorld>[0] = {}): Promise<Written[]> => {
    world = await migrationWorld(options);
    const written = await addDocuments(world, documents);
    await world.run();
    return written;
  };
  afterEach(() => world.close());

  const row = (id: string) => world.look((catalog) => catalog.document(documentId(id)));
  const keyOf = async (id: string): Promise<string> => (await row(id))?.key ?? '';

  it('finds nothing after a backup, by HEAD or by reading everything', async () => {
    await open(40);
    for (const mode of ['head', 'full'] as const) {
      const result = await runVerify(world, { mode });
      expect(result).to.deep.include({ mode, status: 'completed', findings: {}, objects: 40 });
      expect(result.run).to.deep.include({ processed: 40, verified: 40, failed: 0 });
    }
    await audit(world);
  });

  it('tells of bytes only where it reads files', async () => {
    await open(5);
    for (const [mode, bytes] of [
      ['head', undefined],
      ['full', 5 * 200],
    ] as const) {
      const progress = new VerifyProgress();
      await runVerify(world, { mode }, { progress });
      expect(progress.now()).to.include({ done: 5, total: 5, bytes });
    }
  });

  it('writes to nothing but the catalog', async () => {
    await open(5);
    const writes = (): number =>
      (['PutObject', 'CopyObject', 'DeleteObject'] as const).reduce(
        (sum, name) => sum + world.store.traffic.count(name),
        0,
      );
    const before = writes();
    await runVerify(world, { mode: 'full' });
    expect(writes()).to.equal(before);
  });

  it('makes a document changed whose source changed under its URL', async () => {
    for (const mode of ['head', 'full'] as const) {
      const [document] = await open(4);
      world.store.seed(VENDOR, document!.key, { bytes: content('another', 200), checksum: 'none' });
      const result = await runVerify(world, { mode });
      expect(result.status).to.equal('completed_with_failures');
      expect(result.findings).to.deep.equal({ 'source-changed': 1 });
      expect(await row(document!.id)).to.deep.include({ state: 'changed', copyState: 'verified' });
      if (mode === 'head') await world.close();
    }
  });

  it('takes a changed source back when it is again what was copied', async () => {
    const [document] = await open(2);
    const original = world.store.read(VENDOR, document!.key);
    world.store.seed(VENDOR, document!.key, { bytes: content('another', 200), checksum: 'none' });
    await runVerify(world);
    world.store.seed(VENDOR, document!.key, { bytes: original, checksum: 'none' });
    expect((await runVerify(world)).status).to.equal('completed');
    expect(await row(document!.id)).to.deep.include({ state: 'verified', lastErrorCode: undefined });
    await audit(world);
  });

  it('fails a document whose object was written over, by HEAD or by reading', async () => {
    for (const mode of ['head', 'full'] as const) {
      const [document] = await open(3);
      world.store.seed(TARGET, await keyOf(document!.id), { bytes: content('somebody else', 200) });
      const result = await runVerify(world, { mode });
      expect(result.findings).to.deep.equal({ 'target-differs': 1 });
      expect(await row(document!.id)).to.deep.include({ state: 'failed', lastErrorCode: 'target-differs' });
      if (mode === 'head') await world.close();
    }
  });

  it('names a document without an object, and a retry copies it anew', async () => {
    const [document] = await open(3);
    world.store.remove(TARGET, await keyOf(document!.id));
    expect((await runVerify(world)).findings).to.deep.equal({ 'target-missing': 1 });
    expect(await row(document!.id)).to.deep.include({ state: 'failed', lastErrorCode: 'target-missing' });
    await world.run({ mode: 'retry', retry: ['failed'] });
    expect(await row(document!.id)).to.deep.include({ state: 'verified' });
    expect((await runVerify(world)).status).to.equal('completed');
    await audit(world);
  });

  it('names objects that belong to no document, but neither older revisions nor its own folder', async () => {
    const [document] = await open(3);
    world.store.seed(VENDOR, 'next', { bytes: content('next', 90) });
    world.org.records.update(document!.id, {
      Document__c: `https://${VENDOR}.s3.us-west-2.amazonaws.com/next`,
    });
    await world.run();
    const stranger = (await keyOf(document!.id)).replace(/[^/]+$/, 'stranger.pdf');
    world.store.seed(TARGET, stranger, { bytes: 'x' });
    world.store.seed(TARGET, 'uploads/.file-migration/rollback/1.json', { bytes: '[]' });
    world.store.seed(TARGET, 'elsewhere/file', { bytes: 'x' });
    const outputFile = join(world.folder, 'findings.csv');
    const result = await runVerify(world, {}, { outputFile });
    expect(result.findings).to.deep.equal({ 'orphan-object': 1 });
    expect(result).to.deep.include({ objects: 5 });
    expect(await readFile(outputFile, 'utf8')).to.contain(`orphan-object,,${stranger},`);
  });

  it('keeps the evidence what it is unless the very source that was copied proves it', async () => {
    world = await migrationWorld({ methods: ['s3'] });
    const [document] = await addDocuments(world, 1);
    const bytes = content('in odd parts', 200);
    // Parts of a size that nobody would guess: the ETag proves nothing.
    world.store.seed(VENDOR, document!.key, { bytes, checksum: 'none', partBytes: 71 });
    await world.run();
    expect(await row(document!.id)).to.deep.include({ evidence: 'D' });
    world.store.seed(VENDOR, document!.key, { bytes, checksum: 'SHA256' });
    const { etag } = world.store.find(VENDOR, document!.key)!;
    expect(etag).not.to.contain('-');
    expect((await runVerify(world)).findings, 'another ETag under the URL').to.deep.equal({ 'source-changed': 1 });
    world.store.seed(VENDOR, document!.key, { bytes, checksum: 'none', partBytes: 71 });
    const full = await runVerify(world, { mode: 'full' });
    expect(full).to.deep.include({ status: 'completed' });
    expect(await row(document!.id)).to.deep.include({ state: 'verified', evidence: 'D' });
  });

  it('leaves everything as it is when a source can no longer be read', async () => {
    const [document] = await open(3);
    world.store.remove(VENDOR, document!.key);
    const result = await runVerify(world);
    expect(result.findings).to.deep.equal({ 'not-compared': 1 });
    expect(result.run).to.deep.include({ processed: 3, verified: 2, missing: 1 });
    expect(await row(document!.id)).to.deep.include({ state: 'verified' });
  });

  it('counts documents below the evidence that is asked for, and keeps them as copied', async () => {
    await open(4);
    const weak = await runVerify(world, { minimumEvidence: 'A' });
    expect(weak.findings).to.deep.equal({ 'weak-evidence': 4 });
    expect(weak.counts.states).to.deep.include({ copied: 4, verified: 0 });
    const usual = await runVerify(world);
    expect(usual.counts.states).to.deep.include({ copied: 0, verified: 4 });
  });

  it('looks at one account alone when asked to', async () => {
    const [document] = await open(30);
    const result = await runVerify(world, { accountId: accountId(document!.account) });
    expect(result.run.processed).to.equal(10);
    expect(result).not.to.have.property('objects');
  });

  it('goes on where it was interrupted, and compares no document twice', async () => {
    await open(150);
    const stop = new AbortController();
    const before = world.store.traffic.count('HeadObject');
    const timer = setInterval(() => {
      if (world.store.traffic.count('HeadObject') > before + 60) stop.abort('SIGINT');
    }, 1);
    const first = await runVerify(world, {}, { signal: stop.signal }).finally(() => clearInterval(timer));
    expect(first.status).to.equal('stopped');
    const second = await runVerify(world);
    expect(second).to.deep.include({ resumed: true, status: 'completed' });
    expect(first.run.processed).to.be.within(1, 149);
    expect(first.run.processed + second.run.processed).to.equal(150);
    expect((await runVerify(world)).resumed, 'a third one begins anew').to.equal(false);
    await audit(world);
  });

  it('says what the whole sample proves, and writes all findings, when it was interrupted in the middle', async () => {
    const written = await open(400);
    const broken = written.slice(0, 30);
    for (const { id } of broken) world.store.seed(TARGET, await keyOf(id), { bytes: Buffer.from('something else') });
    const outputFile = join(world.folder, 'findings.csv');
    const stop = new AbortController();
    const before = world.store.traffic.count('HeadObject');
    const timer = setInterval(() => {
      if (world.store.traffic.count('HeadObject') > before + 150) stop.abort('SIGINT');
    }, 1);
    const settings = { outputFile };
    const first = await runVerify(world, { sample: 60 }, { signal: stop.signal, ...settings }).finally(() =>
      clearInterval(timer),
    );
    const second = await runVerify(world, { sample: 60 }, settings);
    expect([first.status, second.resumed]).to.deep.equal(['stopped', true]);
    expect(first.run.processed).to.be.greaterThan(0);
    expect(second.sample).to.include({
      checked: first.run.processed + second.run.processed,
      bad: first.run.failed + second.run.failed,
    });
    expect(second.sample?.bad).to.be.within(5, 30);
    const lines = (await readFile(outputFile, 'utf8')).trim().split('\n');
    expect(lines.filter((line) => line.startsWith('kind,'))).to.have.length(1);
    expect(lines.filter((line) => line.startsWith('target-differs'))).to.have.length(second.sample?.bad ?? 0);
  });

  it('knows from the start how much it takes on: all, one account, and what an interrupted pass has left', async () => {
    const [document] = await open(30);
    const ahead = (pass: Parameters<CatalogReader['copiesAhead']>[0]): Promise<number> =>
      world.look((catalog) => catalog.copiesAhead(pass));
    expect(await ahead({ after: undefined })).to.equal(30);
    expect(await ahead({ after: undefined, accountId: accountId(document!.account) })).to.equal(10);
    const ids = await world.look((catalog) => catalog.documents({ limit: 30 }));
    expect(await ahead({ after: ids[9]!.id })).to.equal(20);
  });

  it('says before it begins that its findings cannot be written', async () => {
    await open(3);
    const outputFile = join(world.folder, 'no-folder', 'findings.csv');
    const error: unknown = await runVerify(world, {}, { outputFile }).catch((failed: unknown) => failed);
    expect(error).to.have.property('code', 'ENOENT');
    expect(await world.look((catalog) => catalog.runs(1))).to.have.nested.property('0.type', 'backup');
  });

  it('says what a sample proves about all', async () => {
    await open(300);
    const result = await runVerify(world, { sample: 20 });
    expect(result.sample).to.deep.include({ percent: 20, bad: 0, confidence: 0.95, checked: result.run.processed });
    expect(result.run.processed).to.be.within(25, 100);
    const { checked = 0, badShareAtMost } = result.sample ?? {};
    expect(badShareAtMost).to.be.closeTo(1 - 0.05 ** (1 / checked), 1e-9);
  });
});
