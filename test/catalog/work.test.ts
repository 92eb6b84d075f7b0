import Database from 'better-sqlite3';
import { expect } from 'chai';
import type { Catalog } from '../../plugin/src/catalog/port.ts';
import type { ClaimToken } from '../../plugin/src/catalog/copy-queue.ts';
import type { OrgDocument } from '../../plugin/src/model/document.ts';
import type { RunId } from '../../plugin/src/model/run.ts';
import { expectQueuesOf } from '@file-migration/kit/catalog/queues';
import {
  accountOf,
  claim,
  copied,
  discover,
  found,
  foundMany,
  idOf,
  missing,
  newRun,
  outcome,
  recordAll,
  sourceUrl,
  catalogWorld,
  type CatalogWorld,
} from '@file-migration/kit/catalog/catalog-world';

describe('The catalog hands out work', () => {
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
    expectQueuesOf(world.file);
    await world.close();
  });

  it('to one worker at a time', async () => {
    await discover(catalog, run, foundMany(10));
    const first = await claim(catalog, run, 6);
    const second = await claim(catalog, run, 6);
    expect(first).to.have.length(6);
    expect(second).to.have.length(4);
    expect(new Set([...first, ...second].map(({ id }) => id)).size).to.equal(10);
    expect(await claim(catalog, run)).to.have.length(0);
    expect(await catalog.work()).to.deep.equal({ remaining: 10, claimed: 10, nextAttemptAt: undefined });
  });

  it('fairly: a small account does not wait for a large one', async () => {
    const large = foundMany(300).map((document) => ({ ...document, accountId: accountOf(1) }));
    const small = foundMany(2, 300).map((document) => ({ ...document, accountId: accountOf(2) }));
    const none = foundMany(2, 302).map((document) => ({ ...document, accountId: undefined }));
    await discover(catalog, run, [...large, ...small, ...none]);
    const accounts = new Set((await claim(catalog, run, 3)).map(({ accountId }) => accountId));
    expect(accounts).to.deep.equal(new Set([undefined, accountOf(1), accountOf(2)]));
    // One place only: the accounts take turns.
    const turns = [];
    for (let turn = 0; turn < 3; turn++) turns.push((await claim(catalog, run, 1))[0]?.accountId);
    expect(new Set(turns).size).to.equal(3);
    expect(await recordAll(catalog, run)).to.equal(304 - 6);
  });

  it('of one account only, when asked so', async () => {
    await discover(catalog, run, foundMany(9));
    const claimed = await catalog.claim({ run, n: 100, worker: 'test', ttlMs: 1_000, accountId: accountOf(1) });
    expect(claimed.map(({ accountId }) => accountId)).to.deep.equal([accountOf(1), accountOf(1), accountOf(1)]);
  });

  it('however many that wait no more stand before it', async () => {
    const ofOne = (documents: OrgDocument[]) => documents.map((one) => ({ ...one, accountId: accountOf(1) }));
    await discover(catalog, run, ofOne([found(0)]));
    const gone = ofOne(foundMany(1_700, 1));
    await discover(catalog, run, gone);
    await catalog.markDeleted(
      run,
      gone.map(({ id }) => id),
    );
    expect((await claim(catalog, run)).map(({ id }) => id)).to.deep.equal([idOf(0)]);
  });

  it('once, where it has come back into the queue of an account that it had left', async () => {
    await discover(catalog, run, [found(1)]);
    for (const account of [2, 1, 2, 1]) await discover(catalog, run, [found(1, { accountId: accountOf(account) })]);
    expect(await catalog.claim({ run, n: 9, worker: 'test', ttlMs: 1_000, accountId: accountOf(2) })).to.have.length(0);
    expect(await catalog.claim({ run, n: 9, worker: 'test', ttlMs: 1_000, accountId: accountOf(1) })).to.have.length(1);
  });

  it('and keeps no queue once nothing waits', async () => {
    await discover(catalog, run, foundMany(700));
    expect(await recordAll(catalog, run)).to.equal(700);
    const db = new Database(world.file, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM work_queue').pluck().get()).to.equal(0);
    expect(db.prepare('SELECT sum(queue_first) FROM account_counts').pluck().get()).to.equal(0);
    db.close();
    await discover(catalog, run, foundMany(2, 700));
    expect(await recordAll(catalog, run)).to.equal(2);
  });

  it('again once a claim has run out, and extended claims run longer', async () => {
    await discover(catalog, run, [found(1), found(2)]);
    const [one, two] = await claim(catalog, run);
    world.pass(50_000);
    await catalog.extendClaims([one!.token], 60_000);
    world.pass(20_000);
    const again = await claim(catalog, run);
    expect(again.map(({ id }) => id)).to.deep.equal([two!.id]);
    expect(again[0]!.token).not.to.equal(two!.token);
    expect(await catalog.recordOutcomes(run, [outcome(two!, copied()), outcome(one!, copied())])).to.deep.equal({
      recorded: 1,
      discarded: 1,
    });
  });

  it('and discards an outcome whose revision or token is not the present one', async () => {
    await discover(catalog, run, [found(1)]);
    const [claimed] = await claim(catalog, run);
    const wrong = [
      { ...claimed!, token: 'forged' as ClaimToken },
      { ...claimed!, revision: 2 },
      { ...claimed!, id: idOf(77) },
    ];
    for (const document of wrong) {
      expect(await catalog.recordOutcomes(run, [outcome(document, copied())])).to.deep.equal({
        recorded: 0,
        discarded: 1,
      });
    }
    expect((await catalog.document(idOf(1)))?.state).to.equal('discovered');
    expect(await catalog.recordOutcomes(run, [outcome(claimed!, copied())])).to.include({ recorded: 1 });
    expect(await catalog.recordOutcomes(run, [outcome(claimed!, missing)]), 'the same once more').to.include({
      discarded: 1,
    });
  });

  it('anew when the URL was replaced while the former file was being copied', async () => {
    await discover(catalog, run, [found(1)]);
    const [former] = await claim(catalog, run);
    await discover(catalog, run, [found(1, { url: sourceUrl('new') })]);
    const [present] = await claim(catalog, run);
    expect(present).to.include({ revision: 2, originalUrl: sourceUrl('new') });
    expect(await catalog.recordOutcomes(run, [outcome(former!, copied())])).to.include({ discarded: 1 });
    expect(await catalog.recordOutcomes(run, [outcome(present!, copied())])).to.include({ recorded: 1 });
  });

  it('keeps the outcome of a document that was deleted meanwhile', async () => {
    await discover(catalog, run, [found(1)]);
    const [claimed] = await claim(catalog, run);
    await catalog.markDeleted(run, [idOf(1)]);
    await catalog.recordOutcomes(run, [outcome(claimed!, copied())]);
    expect(await catalog.document(idOf(1))).to.include({ state: 'deleted', copyState: 'verified' });
  });

  it('stores every fact of a copy', async () => {
    await discover(catalog, run, [found(1)]);
    const [claimed] = await claim(catalog, run);
    const source = {
      size: 10,
      etag: 'e-2',
      versionId: 'v1',
      checksum: 'crc32:composite:AAAA-2',
      lastModifiedAt: 5_000,
    };
    const target = { size: 12, etag: 'f', versionId: 'v2', checksum: 'sha256:full:q80=', lastModifiedAt: 6_000 };
    await catalog.recordOutcomes(run, [
      outcome(
        claimed!,
        copied({ source, target, verified: false, evidence: 'E', substitute: true, method: 'salesforce-file' }),
      ),
    ]);
    expect(await catalog.document(idOf(1))).to.deep.include({
      state: 'copied',
      evidence: 'E',
      method: 'salesforce-file',
      substitute: true,
      source,
      target,
      attempts: 1,
      backedUpAt: world.now,
    });
  });

  it('tries again, but not before the time', async () => {
    await discover(catalog, run, [found(1)]);
    const [claimed] = await claim(catalog, run);
    const later = world.now + 30_000;
    await catalog.recordOutcomes(run, [
      outcome(claimed!, { kind: 'retry', code: 'source-slow-down', message: '503 Slow Down', notBefore: later }),
    ]);
    expect(await claim(catalog, run)).to.have.length(0);
    expect(await catalog.work()).to.deep.equal({ remaining: 1, claimed: 0, nextAttemptAt: later });
    world.pass(30_000);
    const [again] = await claim(catalog, run);
    expect(again).to.include({ id: idOf(1), attempts: 1 });
    await catalog.recordOutcomes(run, [outcome(again!, { kind: 'released' })]);
    expect((await claim(catalog, run))[0], 'given back untouched').to.include({ attempts: 1 });
  });

  it('counts what became of it in its run', async () => {
    await discover(catalog, run, foundMany(5));
    const claimed = await claim(catalog, run);
    const kinds = [
      copied(),
      copied({ verified: false, evidence: 'E' }),
      missing,
      { kind: 'skipped', rule: 'too-large' },
      { kind: 'released' },
    ] as const;
    await catalog.recordOutcomes(
      run,
      claimed.map((document, index) => outcome(document, kinds[index]!)),
    );
    expect((await catalog.run(run))?.counters).to.include({
      processed: 4,
      verified: 1,
      copied: 1,
      missing: 1,
      skipped: 1,
      bytesCopied: 2_000,
    });
    expect(await catalog.counts()).to.deep.include({ bytes: 2_000, remaining: 1, skippedByRule: { 'too-large': 1 } });
    expect((await catalog.counts()).evidence).to.include({ B: 1, E: 1 });
  });

  it('puts back what had ended, of the kinds and the account asked for', async () => {
    await discover(catalog, run, [...foundMany(6), found(9, { url: '' })]);
    await recordAll(catalog, run, missing);
    expect(await catalog.reopen({ kinds: ['failed'] })).to.equal(0);
    expect(await catalog.reopen({ kinds: ['missing'], accountId: accountOf(1) })).to.equal(2);
    expect(await catalog.reopen({ kinds: ['missing', 'skipped'] })).to.equal(4);
    expect(await catalog.work()).to.include({ remaining: 6 });
    expect((await claim(catalog, run)).every(({ attempts }) => attempts === 0)).to.equal(true);
  });

  it('frees all claims of a run that died', async () => {
    await discover(catalog, run, foundMany(3));
    await claim(catalog, run);
    await catalog.close();
    catalog = await world.open();
    expect(await claim(catalog, run)).to.have.length(0);
    expect(await catalog.releaseClaims()).to.equal(3);
    expect(await claim(catalog, run)).to.have.length(3);
  });

  describe('Errors', () => {
    it('are one row a document and code, counted, and closed by success', async () => {
      await discover(catalog, run, foundMany(2));
      const slow = { kind: 'retry', code: 'source-slow-down', message: '503 Slow Down', notBefore: 1 } as const;
      for (let time = 0; time < 3; time++) await recordOnce(slow);
      expect(await catalog.errorClasses()).to.deep.equal([
        {
          code: 'source-slow-down',
          failureClass: 'retry',
          documents: 2,
          occurrences: 6,
          worthRetry: true,
          firstAt: world.now,
          lastAt: world.now,
          example: '503 Slow Down',
        },
      ]);
      const [one, two] = await claim(catalog, run);
      await catalog.recordOutcomes(run, [outcome(one!, copied()), outcome(two!, missing)]);
      const classes = await catalog.errorClasses();
      expect(classes.map(({ code, documents, occurrences }) => [code, documents, occurrences])).to.deep.equal([
        ['source-missing', 1, 1],
        ['source-slow-down', 0, 6],
      ]);
      const [newest] = await catalog.recentErrors(1);
      expect(newest).to.include({ document: two!.id, code: 'source-missing', occurrences: 1 });
    });

    it('and old runs are cleared away, documents and revisions never', async () => {
      await discover(catalog, run, foundMany(2));
      await recordAll(catalog, run, missing);
      await discover(catalog, run, [found(1, { url: sourceUrl('new') })]);
      await catalog.finishRun(run, { status: 'completed_with_failures' });
      const kept = await catalog.startRun(newRun);
      world.pass(1_000);
      expect(await catalog.cleanup(world.now)).to.deep.equal({ runs: 1, errors: 2 });
      expect((await catalog.runs(10)).map(({ id }) => id)).to.deep.equal([kept]);
      expect(await catalog.counts()).to.include({ documents: 2 });
      expect(await catalog.revisions({ limit: 10 })).to.have.length(1);
    });

    async function recordOnce(what: Parameters<typeof outcome>[1]): Promise<void> {
      const claimed = await claim(catalog, run);
      await catalog.recordOutcomes(
        run,
        claimed.map((document) => outcome(document, what)),
      );
    }
  });
});
