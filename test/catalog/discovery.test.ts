import { expect } from 'chai';
import type { Catalog } from '../../plugin/src/catalog/port.ts';
import type { CatalogDocument } from '../../plugin/src/model/document.ts';
import type { RunId } from '../../plugin/src/model/run.ts';
import {
  copied,
  discover,
  found,
  foundMany,
  idOf,
  newRun,
  outcome,
  claim,
  position,
  recordAll,
  sourceUrl,
  catalogWorld,
  type CatalogWorld,
} from '@file-migration/kit/catalog/catalog-world';

describe('Discovery writes down what the org holds', () => {
  let world: CatalogWorld;
  let catalog: Catalog;
  let run: RunId;
  beforeEach(async () => {
    world = await catalogWorld();
    catalog = await world.open();
    run = await catalog.startRun(newRun);
  });
  afterEach(async () => {
    expect(await catalog.counts()).to.deep.equal(await catalog.recount());
    await world.close();
  });
  const link = (n: number): string => `https://files.example.com/d/${idOf(n)}`;
  const stored = async (n: number): Promise<CatalogDocument> => (await catalog.document(idOf(n)))!;

  it('takes in a new document with the key that it will keep', async () => {
    expect(await discover(catalog, run, [found(1)])).to.deep.equal({
      created: 1,
      replaced: 0,
      unchanged: 0,
      deleted: 0,
    });
    expect(await stored(1)).to.include({
      state: 'discovered',
      originalUrl: sourceUrl(1),
      currentUrl: sourceUrl(1),
      revision: 1,
      key: `uploads/${found(1).accountId}/Account_1/${idOf(1)}/Invoice_1.pdf`,
    });
  });

  it('never renders a key again, whatever the document is called later', async () => {
    await discover(catalog, run, [found(1)]);
    const { key } = await stored(1);
    await discover(catalog, run, [found(1, { name: 'Other.pdf', accountName: 'Renamed' })]);
    expect(await stored(1)).to.include({ key, name: 'Other.pdf', accountName: 'Renamed', revision: 1 });
  });

  it('splits a page of more than 500 documents, and adds up its parts', async () => {
    const counts = await catalog.recordDiscovered({
      run,
      documents: foundMany(1_201),
      position: position(run, { locator: 'p2' }),
    });
    expect(counts.created).to.equal(1_201);
    expect((await catalog.run(run))?.position).to.include({ locator: 'p2' });
    expect((await catalog.run(run))?.counters).to.include({ discovered: 1_201, created: 1_201 });
  });

  it('keeps the resume position of a page that has no documents', async () => {
    await catalog.recordDiscovered({ run, documents: [], position: position(run, { done: true }) });
    expect((await catalog.run(run))?.position?.done).to.equal(true);
  });

  it('does not reach the position before the last part of the page', async () => {
    await catalog.recordDiscovered({ run, documents: [found(1)], position: position(run), more: true });
    expect((await catalog.run(run))?.position).to.equal(undefined);
  });

  it('commits nothing of a page behind the part that failed, and takes the page in when it comes again', async () => {
    const broken = foundMany(1_700).with(600, found(600, { lastModifiedAt: null as never }));
    const failure = await catalog.recordDiscovered({ run, documents: broken, position: position(run) }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    expect(failure).to.include('last_modified_at');
    expect((await catalog.counts()).documents, 'the part before it').to.equal(500);
    expect((await catalog.run(run))?.position).to.equal(undefined);
    const again = await catalog.recordDiscovered({ run, documents: foundMany(1_700), position: position(run) });
    expect(again).to.deep.equal({ created: 1_200, replaced: 0, unchanged: 500, deleted: 0 });
    expect((await catalog.run(run))?.position).to.deep.equal(position(run));
  });

  it('skips a document without URL, and takes it on as the same revision when it gets one', async () => {
    await discover(catalog, run, [found(1, { url: '' }), found(2, { url: '  ' })]);
    expect((await catalog.counts()).skippedByRule).to.deep.equal({ 'no-url': 2 });
    expect(await catalog.work()).to.include({ remaining: 0 });
    expect(await discover(catalog, run, [found(1)])).to.include({ replaced: 1 });
    expect(await stored(1)).to.include({ state: 'discovered', revision: 1 });
  });

  it('makes a new URL the next revision, and keeps what was copied of the former one', async () => {
    await discover(catalog, run, [found(1)]);
    await recordAll(catalog, run);
    const before = await stored(1);
    expect(await discover(catalog, run, [found(1, { url: sourceUrl('new') })])).to.include({ replaced: 1 });
    const after = await stored(1);
    expect(after).to.include({ state: 'discovered', revision: 2, originalUrl: sourceUrl('new'), sha256: undefined });
    expect(after.key).to.equal(before.key?.replace('.pdf', '~2.pdf'));
    const [past] = await catalog.revisions({ limit: 10 });
    expect(past).to.include({
      document: idOf(1),
      revision: 1,
      key: before.key,
      size: 1_000,
      sha256: before.sha256,
      evidence: 'B',
    });
    expect((await catalog.counts()).pastRevisions).to.equal(1);
  });

  it('makes an emptied URL a revision without a file, and a URL after that its file', async () => {
    await discover(catalog, run, [found(1)]);
    await recordAll(catalog, run);
    await discover(catalog, run, [found(1, { url: '' })]);
    expect(await stored(1)).to.include({ state: 'skipped', skipRule: 'no-url', revision: 2, key: undefined });
    await discover(catalog, run, [found(1, { url: sourceUrl('again') })]);
    expect(await stored(1)).to.include({ state: 'discovered', revision: 2 });
    expect(await catalog.revisions({ limit: 10 })).to.have.length(1);
  });

  it('takes our own link for switched, with original and copy kept', async () => {
    await discover(catalog, run, [found(1)]);
    await recordAll(catalog, run);
    const before = await stored(1);
    expect(await discover(catalog, run, [found(1, { url: link(1) })])).to.include({ unchanged: 1 });
    expect(await stored(1)).to.include({
      state: 'switched',
      originalUrl: sourceUrl(1),
      currentUrl: link(1),
      key: before.key,
      sha256: before.sha256,
      revision: 1,
    });
    await discover(catalog, run, [found(1)]);
    expect(await stored(1)).to.include({ state: 'verified', currentUrl: sourceUrl(1) });
  });

  for (const [form, url] of [
    ['of a former service', `https://old.example.com/files/d/${idOf(1)}`],
    ['with a query', `https://files.example.com/d/${idOf(1)}?from=mail`],
    ['over http, in capitals', `HTTP://FILES.example.com/d/${idOf(1)}/`],
    ['with 15 characters', `https://files.example.com/d/${idOf(1).slice(0, 15)}`],
    ['with an escaped host', `https://files%2Eexample.com/d/${idOf(1)}`],
  ]) {
    it(`knows our own link ${form}`, async () => {
      await discover(catalog, run, [found(1)]);
      await discover(catalog, run, [found(1, { url: url! })]);
      expect(await stored(1)).to.include({ linkState: 'ours', originalUrl: sourceUrl(1), revision: 1 });
    });
  }

  it('takes what a user put over our link for the next revision', async () => {
    await discover(catalog, run, [found(1)]);
    await recordAll(catalog, run);
    await discover(catalog, run, [found(1, { url: link(1) })]);
    await discover(catalog, run, [found(1, { url: sourceUrl('user') })]);
    expect(await stored(1)).to.include({ state: 'discovered', linkState: 'original', revision: 2 });
  });

  it('never makes our link a source, even where the original is unknown', async () => {
    await discover(catalog, run, [found(1, { url: link(1) }), found(2, { url: 'https://files.example.com/d/nobody' })]);
    expect(await stored(1)).to.include({ state: 'broken', skipRule: 'link-without-original', originalUrl: '' });
    expect(await stored(2)).to.include({ state: 'skipped', skipRule: 'broken-link', originalUrl: '' });
    expect(await claim(catalog, run)).to.have.length(0);
    await discover(catalog, run, [found(1)]);
    expect(await stored(1)).to.include({ revision: 2, state: 'discovered' });
  });

  describe('believes a record with our link, where the catalog does not know its file', () => {
    const key = (n: number, mark = ''): string =>
      `uploads/${found(n).accountId}/Account_${n}/${idOf(n)}/Invoice_${n}${mark}.pdf`;
    const linked = (n: number, file: string, mark = '') =>
      found(n, { url: link(n), written: { key: key(n, mark), originalUrl: sourceUrl(file) } });

    it('so that a lost catalog finds original and key again', async () => {
      await discover(catalog, run, [linked(1, 'first', '~3')]);
      expect(await stored(1)).to.include({
        state: 'broken',
        copyState: 'discovered',
        linkState: 'ours',
        originalUrl: sourceUrl('first'),
        currentUrl: link(1),
        revision: 3,
        key: key(1, '~3'),
      });
      await recordAll(catalog, run);
      expect(await stored(1)).to.include({ state: 'switched' });
      expect(await discover(catalog, run, [linked(1, 'first', '~3')])).to.include({ unchanged: 1 });
    });

    it('and takes on what an earlier version had left out for it', async () => {
      await discover(catalog, run, [found(1, { url: link(1) })]);
      expect(await stored(1)).to.include({ skipRule: 'link-without-original' });
      expect(await discover(catalog, run, [linked(1, 'first')])).to.include({ replaced: 1 });
      expect(await stored(1)).to.include({ copyState: 'discovered', linkState: 'ours', revision: 1, key: key(1) });
    });

    it('so that a catalog which was put back never writes an older file over a newer one', async () => {
      await discover(catalog, run, [found(1), found(2)]);
      await recordAll(catalog, run);
      // switched to the second revision since, of another URL and of the same
      await discover(catalog, run, [linked(1, 'newer', '~2'), linked(2, '2', '~2')]);
      for (const n of [1, 2]) {
        expect(await stored(n)).to.include({ state: 'broken', revision: 2, key: key(n, '~2'), linkState: 'ours' });
      }
      expect((await stored(1)).originalUrl).to.equal(sourceUrl('newer'));
    });

    it('also when the document was rolled back since, and edited after that', async () => {
      const written = { key: key(1), originalUrl: sourceUrl(1) };
      await discover(catalog, run, [found(1, { name: 'Other.pdf', written })]);
      expect(await stored(1)).to.include({ state: 'discovered', revision: 1, key: key(1) });
      await discover(catalog, run, [found(2, { written: { key: key(2), originalUrl: sourceUrl('old') } })]);
      expect(await stored(2)).to.include({ state: 'discovered', revision: 2, key: key(2, '~2') });
      expect(await catalog.unknownKeys([key(2)]), 'the former file is known').to.deep.equal([]);
    });

    it('but not the key that a clone brought along, nor an original that is a link of ours', async () => {
      const written = { key: key(1), originalUrl: sourceUrl(1) };
      await discover(catalog, run, [found(2, { url: link(2), written })]);
      expect(await stored(2)).to.include({ state: 'broken', skipRule: 'link-without-original' });
      await discover(catalog, run, [found(3, { url: link(3), written: { key: key(3), originalUrl: link(3) } })]);
      expect(await stored(3)).to.include({ skipRule: 'link-without-original', originalUrl: '', key: key(3) });
    });

    it('and calls a link outdated that stands beside another key', async () => {
      await discover(catalog, run, [found(1)]);
      await recordAll(catalog, run);
      const before = await stored(1);
      const written = { key: '', originalUrl: before.originalUrl };
      await discover(catalog, run, [found(1, { url: link(1), written })]);
      expect(await stored(1)).to.include({ state: 'verified', linkState: 'outdated', key: before.key });
      await discover(catalog, run, [found(1, { url: link(1), written: { ...written, key: before.key ?? '' } })]);
      expect(await stored(1)).to.include({ state: 'switched', linkState: 'ours' });
    });
  });

  it('calls a known document with a broken link of ours changed, and keeps its copy', async () => {
    await discover(catalog, run, [found(1)]);
    await recordAll(catalog, run);
    await discover(catalog, run, [found(1, { url: 'https://files.example.com/d/nobody' })]);
    expect(await stored(1)).to.include({
      state: 'changed',
      linkState: 'conflict',
      copyState: 'verified',
      originalUrl: sourceUrl(1),
    });
  });

  it("gives a clone its original's source", async () => {
    await discover(catalog, run, [found(1), found(2, { url: link(1) })]);
    expect(await stored(2)).to.include({
      originalUrl: sourceUrl(1),
      currentUrl: link(1),
      linkState: 'original',
      state: 'discovered',
    });
    expect((await stored(2)).key).to.contain(idOf(2));
    expect(await discover(catalog, run, [found(2, { url: link(1) })])).to.include({ unchanged: 1 });
  });

  it('keeps the source of a clone when its original gets another file', async () => {
    await discover(catalog, run, [found(1), found(2, { url: link(1) })]);
    await discover(catalog, run, [found(1, { url: sourceUrl('new') }), found(2, { url: link(1) })]);
    expect(await stored(2)).to.include({ originalUrl: sourceUrl(1), revision: 1 });
  });

  it('finds the source of a clone that came before its original', async () => {
    await discover(catalog, run, [found(2, { url: link(1) }), found(4, { url: link(3) })]);
    expect(await stored(2)).to.include({ state: 'skipped', skipRule: 'clone-of-unknown', originalUrl: '' });
    await discover(catalog, run, [found(1)]);
    expect(await catalog.resolveClones(run)).to.deep.equal({ resolved: 1, unknown: 1 });
    expect(await stored(2)).to.include({ state: 'discovered', originalUrl: sourceUrl(1), revision: 1 });
    expect(await stored(4)).to.include({ skipRule: 'clone-of-unknown' });
  });

  it('keeps everything of a deleted document, and goes on with it when it is undeleted', async () => {
    await discover(catalog, run, [found(1), found(2)]);
    const [one] = await catalog.claim({ run, n: 1, worker: 'test', ttlMs: 1_000, accountId: found(1).accountId! });
    await catalog.recordOutcomes(run, [outcome(one!, copied())]);
    const deleted = [1, 2, 3].map((n) => found(n, { deleted: true }));
    expect(await discover(catalog, run, deleted)).to.include({ deleted: 3 });
    expect(await stored(1)).to.include({ state: 'deleted', copyState: 'verified', originalUrl: sourceUrl(1) });
    expect(await catalog.document(idOf(3)), 'a deleted stranger').to.equal(undefined);
    expect(await catalog.counts()).to.deep.include({ remaining: 0, pastRevisions: 1, bytes: 0 });
    await discover(catalog, run, [found(1), found(2)]);
    expect((await stored(1)).state).to.equal('verified');
    expect(await claim(catalog, run)).to.have.length(1);
  });

  it('moves a document to another account, counts included', async () => {
    await discover(catalog, run, [found(1)]);
    await discover(catalog, run, [found(1, { accountId: undefined, accountName: undefined })]);
    expect(await catalog.accounts({ limit: 10 })).to.deep.equal([
      { accountId: undefined, accountName: undefined, documents: 1, bytes: 0, states: { discovered: 1 } },
    ]);
    expect((await catalog.counts()).accounts).to.equal(0);
    expect(await claim(catalog, run)).to.have.length(1);
  });

  describe('A full discovery sweeps', () => {
    const full = async (discovery: RunId, ...numbers: number[]): Promise<void> => {
      await catalog.recordDiscovered({
        run: discovery,
        documents: numbers.map((n) => found(n)),
        position: position(discovery),
      });
    };

    it('and finds the documents that it did not see', async () => {
      await full(run, 1, 2, 3, 4, 5);
      const second = await catalog.startRun(newRun);
      await full(second, 1, 3);
      expect(await catalog.countAbsentees(second)).to.deep.equal({ absent: 3, present: 5 });
      expect(await catalog.absentees(second, undefined, 2)).to.deep.equal([idOf(2), idOf(4)]);
      expect(await catalog.absentees(second, idOf(4), 2)).to.deep.equal([idOf(5)]);
      expect(await catalog.markSeen(second, [idOf(2)])).to.equal(1);
      expect(await catalog.markDeleted(second, [idOf(4), idOf(4), idOf(99)])).to.equal(1);
      expect(await catalog.countAbsentees(second)).to.deep.equal({ absent: 1, present: 4 });
      expect((await catalog.run(second))?.counters.deleted).to.equal(1);
    });

    it('and counts a document as absent no more that was seen first and then reported deleted', async () => {
      await full(run, 1, 2);
      const documents = [found(1, { deleted: true })];
      await catalog.recordDiscovered({ run, documents, position: position(run) });
      expect(await catalog.countAbsentees(run)).to.deep.equal({ absent: 0, present: 1 });
    });

    it('by the marks of the run that began it, when another run carries it on', async () => {
      await full(run, 1, 2, 3);
      const second = await catalog.startRun(newRun);
      await full(second, 1);
      await catalog.close();
      catalog = await world.open();
      const third = await catalog.startRun({ ...newRun, mode: 'resume' });
      await catalog.recordDiscovered({ run: third, documents: [found(2)], position: position(second) });
      expect(await catalog.absentees(second, undefined, 10)).to.deep.equal([idOf(3)]);
    });

    it('and refuses to sweep by marks that are gone', async () => {
      await full(run, 1, 2);
      const second = await catalog.startRun(newRun);
      await full(second, 1);
      const error = await catalog.countAbsentees(run).catch((caught: unknown) => caught);
      expect(error).to.include({ code: 'discovery-marks-gone', failureClass: 'stop' });
    });

    it('while incremental pages leave no marks', async () => {
      await full(run, 1, 2);
      const second = await catalog.startRun({ ...newRun, mode: 'incremental' });
      await catalog.recordDiscovered({
        run: second,
        documents: [found(3)],
        position: position(second, { mode: 'incremental' }),
      });
      expect(await catalog.countAbsentees(run)).to.deep.equal({ absent: 1, present: 3 });
    });

    it('and an unscoped run alone moves the watermark, never back', async () => {
      await catalog.setWatermark({ at: 500, runId: run });
      await catalog.setWatermark({ at: 400, runId: run });
      expect(await catalog.watermark()).to.deep.equal({ at: 500, runId: run });
      const scoped = await catalog.startRun({ ...newRun, scope: { limit: 10 } });
      const error = await catalog.setWatermark({ at: 900, runId: scoped }).catch((caught: unknown) => caught);
      expect(error).to.include({ code: 'watermark-of-scoped-run' });
    });
  });
});
