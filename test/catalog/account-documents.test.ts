import { expect } from 'chai';
import type { AccountId, DocumentId } from '@file-migration/config';
import type { Catalog } from '../../plugin/src/catalog/port.ts';
import type { RunId } from '../../plugin/src/model/run.ts';
import {
  accountOf,
  claim,
  discover,
  found,
  idOf,
  newRun,
  recordAll,
  catalogWorld,
  type CatalogWorld,
} from '@file-migration/kit/catalog/catalog-world';

const link = `https://files.example.com/d/${idOf(1)}`;

describe("An account's documents", () => {
  let world: CatalogWorld;
  let catalog: Catalog;
  let run: RunId;
  beforeEach(async () => {
    world = await catalogWorld();
    catalog = await world.open();
    run = await catalog.startRun(newRun);
  });
  afterEach(() => world.close());

  for (const account of [accountOf(1), undefined]) {
    it(`can be rolled back while they wait for their next revision, in ${account ?? 'no account'}`, async () => {
      await discover(catalog, run, [found(1, { accountId: account }), found(2)]);
      await recordAll(catalog, run);
      await switchIt(idOf(1));
      expect(await undoable(account)).to.deep.equal([idOf(1)]);
      const longest = await catalog.longestEncodedKey([account ?? null], 'written');
      expect(longest).to.be.above(10);

      const verification = { kind: 'source-changed', message: 'other bytes' } as const;
      await catalog.recordVerifications(run, [{ id: idOf(1), revision: 1, outcome: verification }], undefined);
      expect(await catalog.reviseChanged({})).to.equal(1);
      const nextLength = longest + '~2'.length;
      for (const now of ['waits', 'is claimed', 'is copied']) {
        if (now === 'is claimed') expect(await claim(catalog, run)).to.have.length(1);
        if (now === 'is copied') {
          await catalog.releaseClaims();
          await recordAll(catalog, run);
        }
        expect(await undoable(account), now).to.deep.equal([idOf(1)]);
        expect(await catalog.longestEncodedKey([account ?? null], 'written'), now).to.equal(nextLength);
        expect(await undoable(accountOf(2)), 'of another account').to.deep.equal([]);
      }
    });
  }

  it('are listed by id, whether they wait, are claimed, put off or done', async () => {
    const numbers = [5, 3, 8, 1, 9];
    await discover(
      catalog,
      run,
      numbers.map((n) => found(n, { accountId: accountOf(1) })),
    );
    await discover(catalog, run, [found(2, { accountId: accountOf(2) })]);
    const [done, later] = await catalog.claim({
      run,
      n: 3,
      worker: 'test',
      ttlMs: 60_000,
      accountId: accountOf(1),
    });
    const notBefore = world.now + 1_000;
    await catalog.recordOutcomes(run, [
      { ...done!, outcome: { kind: 'skipped', rule: 'too-large' } },
      { ...later!, outcome: { kind: 'retry', code: 'source-slow-down', message: '503', notBefore } },
    ]);
    const listed = async (after?: DocumentId) =>
      (await catalog.documents({ accountId: accountOf(1), limit: 3, ...(after && { after }) })).map(({ id }) => id);
    expect(await listed()).to.deep.equal([1, 3, 5].map(idOf));
    expect(await listed(idOf(5))).to.deep.equal([8, 9].map(idOf));
  });

  async function undoable(account: AccountId | undefined): Promise<DocumentId[]> {
    const page = await catalog.undoable({ account: account ?? null, after: 0, limit: 10 });
    return page.map(({ document }) => document);
  }

  async function switchIt(document: DocumentId): Promise<void> {
    const { originalUrl, key } = (await catalog.document(document))!;
    const before = { url: originalUrl, key: null, originalUrl: null };
    const after = { url: link, key: key!, originalUrl };
    const job = await catalog.planJob({ run, operation: 'switch', fields: ['url', 'key', 'originalUrl'] });
    await catalog.planRows(job, [{ document, revision: 1, before, after }]);
    await catalog.jobMade(job, { bulkJobId: '750A', apiVersion: '66.0' });
    await catalog.jobCommitting(job);
    const [row] = await catalog.openRows(job, undefined, 10);
    await catalog.concludeRows(job, [{ id: row!.id, state: 'confirmed', found: after }]);
    await catalog.endJob(job);
    expect(await catalog.document(document)).to.include({ state: 'switched' });
  }
});
