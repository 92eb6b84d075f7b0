import Database from 'better-sqlite3';
import { expect } from 'chai';
import fc from 'fast-check';
import type { DocumentId } from '@file-migration/config';
import { openCatalogWriter, type CatalogWriter } from '../../plugin/src/catalog/catalog-writer.ts';
import type { CatalogDocument } from '../../plugin/src/model/document.ts';
import type { ClaimedDocument } from '../../plugin/src/catalog/copy-queue.ts';
import type { CopyOutcome } from '../../plugin/src/model/copy-outcome.ts';
import type { RunId } from '../../plugin/src/model/run.ts';
import { expectQueues } from '@file-migration/kit/catalog/queues';
import {
  accountOf,
  copied,
  found,
  idOf,
  missing,
  newRun,
  outcome,
  position,
  sourceUrl,
  catalogWorld,
  type CatalogWorld,
} from '@file-migration/kit/catalog/catalog-world';

/** What a person would expect of one document. */
type Expected = {
  account: number;
  source: string;
  revision: number;
  copy: CatalogDocument['copyState'];
  link: CatalogDocument['linkState'];
  deleted: boolean;
  notBefore: number;
};

type Model = {
  documents: Map<DocumentId, Expected>;
  keys: Map<string, string>;
  claims: Map<DocumentId, { claimed: ClaimedDocument; until: number }>;
};

/** The catalog in this thread; `reopen` stands for the end of a process. */
type Real = { world: CatalogWorld; catalog: CatalogWriter; run: RunId; file: Database.Database };

const documents = 6;
const someDocument = fc.integer({ min: 0, max: documents - 1 });
const accounts = 3;
const hour = 3_600_000;

describe('Whatever happens to a catalog', function () {
  it('it holds what a simple model holds, and its counters equal a recount after every step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(allCommands, { maxCommands: 120, size: 'max' }), async (steps) => {
        const world = await catalogWorld();
        const catalog = open(world);
        const real: Real = { world, catalog, run: 0 as RunId, file: new Database(world.file, { readonly: true }) };
        real.run = real.catalog.methods.startRun(newRun);
        const model: Model = { documents: new Map(), keys: new Map(), claims: new Map() };
        try {
          fc.modelRun(() => ({ model, real }), steps);
        } finally {
          real.file.close();
          real.catalog.methods.close();
          await world.close();
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** One step: does it to both, then compares everything. */
class Step implements fc.Command<Model, Real> {
  readonly #name: string;
  readonly #work: (model: Model, real: Real) => void;

  constructor(name: string, work: (model: Model, real: Real) => void) {
    this.#name = name;
    this.#work = work;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    this.#work(model, real);
    compare(model, real);
  }

  toString(): string {
    return this.#name;
  }
}

const findsSource = fc
  .tuple(someDocument, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: accounts }))
  .map(([n, version, account]) =>
    step(`finds ${n} with source ${version}`, (model, real) => {
      const url = sourceUrl(`${n}-${version}`);
      discover(real, n, url, { account });
      const known = model.documents.get(idOf(n));
      if (known?.source === url) Object.assign(known, { link: 'original', deleted: false, account });
      else nextSource(model, n, url, account);
    }),
  );

/** As it is, but in another account: alive again, if it was deleted. */
const moves = fc.tuple(someDocument, fc.integer({ min: 0, max: accounts })).map(([n, account]) =>
  step(`moves ${n} to account ${account}`, (model, real) => {
    const known = model.documents.get(idOf(n));
    if (known === undefined) return;
    discover(real, n, known.source, { account });
    Object.assign(known, { link: 'original', deleted: false, account });
  }),
);

const endsClaim = fc
  .constantFrom<CopyOutcome['kind']>('copied', 'missing', 'retry', 'released', 'skipped')
  .map((kind) =>
    step(`ends a claim: ${kind}`, (model, { catalog, run, world }) => {
      const [claim] = model.claims.values();
      if (claim === undefined) return;
      const { claimed } = claim;
      expect(catalog.methods.recordOutcomes(run, [outcome(claimed, outcomeOf(kind, world.now))]).recorded).to.equal(1);
      // What was said once cannot be said again.
      expect(catalog.methods.recordOutcomes(run, [outcome(claimed, copied())]).recorded).to.equal(0);
      model.claims.delete(claimed.id);
      const known = model.documents.get(claimed.id)!;
      if (kind === 'copied') known.copy = 'verified';
      if (kind === 'missing' || kind === 'skipped') known.copy = kind;
      if (kind === 'retry' && !known.deleted) known.notBefore = world.now + hour / 2;
    }),
  );

/** What happens often stands here several times. */
const allCommands = [
  findsSource,
  findsSource,
  findsSource,
  findsSource,
  findsSource,
  findsSource,
  moves,
  moves,
  endsClaim,
  endsClaim,
  endsClaim,
  endsClaim,
  someDocument.map((n) =>
    step(`finds ${n} without URL`, (model, real) => {
      discover(real, n, '');
      const known = model.documents.get(idOf(n));
      if (known?.source === '') Object.assign(known, { link: 'original', deleted: false, account: 0 });
      else nextSource(model, n, '', 0);
    }),
  ),
  someDocument.map((n) =>
    step(`finds ${n} switched`, (model, real) => {
      // Somebody must have switched it: the model does not switch what was never known.
      const known = model.documents.get(idOf(n));
      if (known === undefined || known.source === '') return;
      discover(real, n, `https://files.example.com/d/${idOf(n)}`);
      // that it opens a former revision is not to be seen
      Object.assign(known, { link: known.link === 'outdated' ? 'outdated' : 'ours', deleted: false, account: 0 });
    }),
  ),
  someDocument.map((n) =>
    step(`finds ${n} deleted`, (model, real) => {
      discover(real, n, 'https://anything.example.com/', { deleted: true });
      const known = model.documents.get(idOf(n));
      if (known !== undefined) markDeleted(known);
    }),
  ),
  fc
    .integer({ min: 1, max: documents })
    .map((n) => step(`claims ${n}`, (model, real) => void claimSome(model, real, n))),
  fc.constant(
    step('claims all there is', (model, real) => {
      while (claimSome(model, real, documents) > 0);
    }),
  ),
  fc
    .tuple(fc.integer({ min: 1, max: documents }), fc.integer({ min: 0, max: accounts - 1 }))
    .map(([n, account]) =>
      step(`claims ${n} of account ${account}`, (model, real) => void claimSome(model, real, n, account)),
    ),
  fc.constantFrom(0.25, 0.5, 1).map((hours) =>
    step(`lets ${hours} of an hour pass`, ({ claims }, { world }) => {
      world.pass(hours * hour);
      for (const [id, { until }] of claims) if (until <= world.now) claims.delete(id);
    }),
  ),
  fc.constant(
    step('dies and begins again', (model, real) => {
      real.catalog.methods.close();
      real.catalog = open(real.world);
      real.catalog.methods.releaseClaims();
      real.run = real.catalog.methods.startRun(newRun);
      model.claims.clear();
    }),
  ),
  fc.constant(
    step('puts back what is missing or skipped', (model, { catalog }) => {
      catalog.methods.reopen({ kinds: ['missing', 'skipped'] });
      for (const known of model.documents.values()) {
        const shown = !known.deleted && known.source !== '' && known.link !== 'conflict';
        if (shown && (known.copy === 'missing' || known.copy === 'skipped')) {
          Object.assign(known, { copy: 'discovered', notBefore: 0 });
        }
      }
    }),
  ),
  someDocument.map((n) =>
    step(`has the source of ${n} overwritten and takes that on`, (model, { catalog, run }) => {
      const id = idOf(n);
      const known = model.documents.get(id);
      if (known?.copy !== 'verified' || known.deleted) return;
      const outcome = { kind: 'source-changed', message: 'other bytes' } as const;
      catalog.methods.recordVerifications(run, [{ id, revision: known.revision, outcome }], id);
      expect(catalog.methods.document(id)).to.include({ state: 'changed', revision: known.revision });
      expect(catalog.methods.counts()).to.deep.equal(catalog.methods.recount());
      expect(catalog.methods.reviseChanged({})).to.equal(1);
      const link = known.link === 'ours' ? 'outdated' : known.link;
      Object.assign(known, { revision: known.revision + 1, copy: 'discovered', notBefore: 0, link });
    }),
  ),
  fc.uniqueArray(someDocument).map((seen) =>
    step(`sweeps all but ${seen.join()}`, (model, real) => {
      const { catalog, run } = real;
      const there = seen.filter((n) => model.documents.has(idOf(n)));
      const discovery = catalog.methods.startRun(newRun);
      catalog.methods.recordDiscovered({ run, documents: [], position: position(discovery) });
      catalog.methods.markSeen(discovery, there.map(idOf));
      const absent = catalog.methods.absentees(discovery, undefined, 100);
      const expected = [...model.documents]
        .filter(([id, { deleted }]) => !deleted && !there.map(idOf).includes(id))
        .map(([id]) => id);
      expect([...absent].sort()).to.deep.equal(expected.sort());
      if (model.documents.size > 0) {
        expect(catalog.methods.countAbsentees(discovery).absent).to.equal(expected.length);
      }
      catalog.methods.markDeleted(run, absent);
      for (const id of absent) markDeleted(model.documents.get(id)!);
    }),
  ),
];

function step(name: string, work: (model: Model, real: Real) => void): fc.Command<Model, Real> {
  return new Step(name, work);
}

/** Accounts take turns, so one claim may leave some of a large account for the next one; but never all. */
function claimSome(model: Model, { catalog, run, world }: Real, n: number, account?: number): number {
  const claimable = [...model.documents].filter(
    ([id, { copy, deleted, notBefore, account: own }]) =>
      copy === 'discovered' &&
      !deleted &&
      notBefore <= world.now &&
      !model.claims.has(id) &&
      (account === undefined || account === own),
  );
  const accountId = account === undefined ? {} : { accountId: accountOf(account) };
  const claimed = catalog.methods.claim({ run, n, worker: 'model', ttlMs: hour, ...accountId });
  if (account !== undefined) expect(claimed).to.have.length(Math.min(n, claimable.length));
  expect(claimed.length).to.be.at.most(Math.min(n, claimable.length));
  expect(claimed.length > 0).to.equal(claimable.length > 0);
  for (const document of claimed) {
    expect(claimable.map(([id]) => id)).to.include(document.id);
    expect(document.originalUrl).to.equal(model.documents.get(document.id)!.source);
    model.claims.set(document.id, { claimed: document, until: world.now + hour });
  }
  return claimed.length;
}

/** A deleted document waits for nothing; if it comes back, it is tried at once. */
function markDeleted(known: Expected): void {
  known.deleted = true;
  known.notBefore = 0;
}

function outcomeOf(kind: CopyOutcome['kind'], now: number): CopyOutcome {
  switch (kind) {
    case 'copied':
      return copied();
    case 'skipped':
      return { kind, rule: 'too-large' };
    case 'retry':
      return { kind, code: 'source-slow-down', message: '503', notBefore: now + hour / 2 };
    case 'released':
      return { kind };
    default:
      return missing;
  }
}

function discover(
  { catalog, run }: Real,
  n: number,
  url: string,
  { account = 0, deleted = false }: { account?: number; deleted?: boolean } = {},
): void {
  const document = found(n, { url, deleted, accountId: idOfAccount(account) });
  catalog.methods.recordDiscovered({ run, documents: [document], position: undefined });
}

/** The last number stands for no account. */
function idOfAccount(account: number) {
  return account === accounts ? undefined : accountOf(account);
}

/** A revision without a file is filled by the next source; one with a file is followed by another revision. */
function nextSource(model: Model, n: number, source: string, account: number): void {
  const known = model.documents.get(idOf(n));
  model.documents.set(idOf(n), {
    account,
    source,
    revision: known === undefined ? 1 : known.source === '' ? known.revision : known.revision + 1,
    copy: source === '' ? 'skipped' : 'discovered',
    link: 'original',
    deleted: false,
    notBefore: 0,
  });
  model.claims.delete(idOf(n));
}

function compare(model: Model, { catalog: { methods }, file }: Real): void {
  expectQueues(file);
  expect(methods.counts()).to.deep.equal(methods.recount());
  const states = methods.counts().states;
  expect(Object.values(states).reduce((sum, count) => sum + count, 0)).to.equal(model.documents.size);
  const perAccount = methods.accounts({ limit: 100 });
  expect(perAccount.reduce((sum, account) => sum + account.documents, 0)).to.equal(model.documents.size);
  const waiting = [...model.documents.values()].filter(({ copy, deleted }) => copy === 'discovered' && !deleted);
  expect(methods.work()).to.include({ remaining: waiting.length });

  const all = methods.documents({ limit: 100 });
  expect(all.map(({ id }) => id)).to.deep.equal([...model.documents.keys()].sort());
  for (const document of all) {
    const { account, source, revision, copy, link, deleted } = model.documents.get(document.id)!;
    expect(document.accountId).to.equal(idOfAccount(account));
    expect(document).to.include({ originalUrl: source, revision, copyState: copy, linkState: link });
    expect(document.recordState).to.equal(deleted ? 'deleted' : 'present');
    expect(document.originalUrl).not.to.include('files.example.com');
    checkKey(model, document.id, document.revision, document.key);
  }
  for (let account = 0; account < accounts; account++) {
    const accountId = accountOf(account);
    const own = all.filter((document) => document.accountId === accountId);
    expect(methods.documents({ limit: 100, accountId })).to.deep.equal(own);
  }
  for (const { document, revision, key } of methods.revisions({ limit: 100 })) checkKey(model, document, revision, key);
}

/** No two (document, revision) ever share a key, and none ever changes. */
function checkKey({ keys }: Model, id: DocumentId, revision: number, key: string | undefined): void {
  if (key === undefined) return;
  const owner = `${id} ${revision}`;
  expect(keys.get(key) ?? owner, key).to.equal(owner);
  keys.set(key, owner);
  expect([...keys].filter(([, other]) => other === owner)).to.have.length(1);
}

function open(world: CatalogWorld): CatalogWriter {
  const { file, binding, command, layout, linkBaseUrls, clock } = world.options();
  return openCatalogWriter({
    file,
    binding,
    command,
    layout,
    links: { baseUrls: linkBaseUrls },
    s3UrlBase: 'https://customer-files.s3.amazonaws.com/',
    takeOver: false,
    clock,
    maxBytes: undefined,
  });
}
