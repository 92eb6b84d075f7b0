import { expect } from 'chai';
import type { RunId } from '../../plugin/src/model/run.ts';
import { documentStates } from '../../plugin/src/model/document-state.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import { addDocuments, documentRecord, sourceUrl } from '@file-migration/kit/migration/migration-world';
import {
  ACCOUNT,
  ERROR,
  EVENT,
  publishWorld,
  RUN,
  type PublishWorld,
} from '@file-migration/kit/migration/publish-world';

describe('publishing into the org', () => {
  let world: PublishWorld;
  afterEach(() => world.close());

  async function backedUp(options: Parameters<typeof publishWorld>[0] = {}, documents = 20): Promise<void> {
    world = await publishWorld(options);
    await addDocuments(world, documents, { accounts: 4 });
    for (const nth of [1, 2, 3]) {
      world.org.records.insertOne('DocListEntry__c', documentRecord(`gone ${nth}.pdf`, sourceUrl(`no-such-${nth}`)));
    }
    await world.run();
  }

  it('writes the run, its accounts and errors with the figures of status, under one number', async () => {
    await backedUp();
    await world.publish();
    const [status, accounts] = await world.look(async (catalog) => [
      await catalog.publication(),
      await catalog.accounts({ limit: 10 }),
    ]);
    const run = world.rows(RUN).get('run:1');
    const { counts, sequence } = status.snapshot ?? expect.fail('no snapshot is kept');
    expect(run).to.include({
      Sequence__c: sequence,
      Documents__c: 23,
      Verified__c: 20,
      Missing__c: 3,
      Status__c: 'completed_with_failures',
      Milestone__c: 'Switch',
      Name: 'Run 1',
    });
    expect(run).to.include({
      Processed__c: 23,
      Succeeded__c: 20,
      Not_Succeeded__c: 3,
      Accounts__c: counts.accounts,
      Bytes__c: counts.bytes,
    });
    const sum = documentStates.reduce(
      (total, state) => total + Number(run?.[`${state[0]?.toUpperCase()}${state.slice(1)}__c`]),
      0,
    );
    expect(sum).to.equal(run?.Documents__c);
    const published = world.rows(ACCOUNT);
    expect(published.size).to.equal(accounts.length).and.to.equal(5);
    for (const { accountId, documents } of accounts) {
      const row = published.get(`account:${accountId ?? 'none'}`);
      const parts = ['Switched', 'Verified', 'Copied', 'Discovered', 'Attention', 'Skipped', 'Deleted'];
      expect(row).to.include({ Documents__c: documents, Account_Id__c: accountId ?? null });
      expect(parts.reduce((total, part) => total + Number(row?.[`${part}__c`]), 0)).to.equal(documents);
    }
    const errors = world.rows(ERROR);
    expect(errors.size).to.equal(4);
    const byClass = errors.get('error:class:source-missing');
    expect(byClass).to.include({ Kind__c: 'class', Documents__c: 3, Failure_Class__c: 'skip' });
    expect(byClass?.Advice__c).to.match(/vendor/);
    const document = [...errors.values()].find(({ Kind__c }) => Kind__c === 'document');
    expect(document).to.include({ Code__c: 'source-missing', Run__c: null });
    const [event, ...more] = world.org.events.since(0, EVENT);
    expect(more).to.deep.equal([]);
    expect(event?.payload).to.include({ Sequence__c: sequence, Done__c: 20, Failed__c: 3, Documents__c: 23 });
  });

  it('holds no name of an account or document', async () => {
    await backedUp();
    await world.publish();
    const all = [RUN, ACCOUNT, ERROR].flatMap((object) => [...world.org.records.all(object)]);
    expect(JSON.stringify(all)).to.not.match(/f Account|gone 1|f 0\.pdf/);
  });

  it('sends what has changed and nothing else, in one call when that is little', async () => {
    await backedUp();
    await world.publish('summary');
    await world.publish();
    const first = world.calls('composite');
    expect(first, 'the run; then accounts, document errors, the rest').to.equal(4);
    const again = await world.publish();
    expect(world.calls('composite') - first, 'the run alone').to.equal(1);
    expect(again?.tally.sent).to.equal(1);
    await addDocuments(world, 2, { accounts: 1, prefix: 'later' });
    await world.run();
    const changed = await world.publish();
    expect(changed?.tally.sent, 'one new account, the new run').to.equal(2);
    expect(world.rows(RUN).size).to.equal(2);
  });

  it('lets errors refer to a run once the org has it', async () => {
    await backedUp();
    await world.publish('summary');
    await world.publish();
    const [document] = [...world.rows(ERROR).values()].filter(({ Kind__c }) => Kind__c === 'document');
    expect(document?.Run__c).to.equal(world.rows(RUN).get('run:1')?.Id);
  });

  it('goes on when somebody deleted the run that errors refer to', async () => {
    await backedUp();
    await world.publish('summary');
    world.org.records.hardDelete(String(world.rows(RUN).get('run:1')?.Id));
    const refused = await world.publish();
    expect(refused?.tally).to.include({ later: 3, refused: 0 });
    const next = await world.publish();
    expect(next?.tally).to.include({ later: 0, refused: 0 });
    expect(world.rows(ERROR).size).to.equal(4);
  });

  it('deletes errors of documents that are resolved, and keeps the class with none', async () => {
    await backedUp();
    await world.publish();
    world.store.seed('vendor-files', 'no-such-1', { bytes: Buffer.from('%PDF-1.4'), contentType: 'application/pdf' });
    await world.run({ mode: 'retry', retry: ['missing'] });
    const published = await world.publish();
    expect(published?.tally.deleted).to.equal(1);
    const errors = world.rows(ERROR);
    expect(errors.size).to.equal(3);
    expect(errors.get('error:class:source-missing')).to.include({ Documents__c: 2 });
  });

  it('keeps to the newest errors that the config allows', async () => {
    await backedUp({ config: { publish: { newestErrors: 2 } } });
    await world.publish();
    expect([...world.rows(ERROR).values()].filter(({ Kind__c }) => Kind__c === 'document')).to.have.length(2);
  });

  it('never makes more calls than the budget, over any number of processes, and frees it after a day', async () => {
    const clock = new Float64Array(new SharedArrayBuffer(8));
    clock[0] = Date.now();
    await backedUp({ config: { publish: { callsPerDay: 5 } } });
    const outcomes: string[] = [];
    for (let nth = 0; nth < 8; nth++) {
      await world.publish('summary', { catalog: { clock } }).then(
        () => outcomes.push('published'),
        (error: unknown) => outcomes.push(error instanceof Failure ? error.code : String(error)),
      );
      clock[0] += 3_600_000;
    }
    expect(outcomes.filter((outcome) => outcome === 'published')).to.have.length(5);
    expect(outcomes.at(-1)).to.equal('publishing-budget-spent');
    expect(world.calls('composite')).to.equal(5);
    clock[0] += 18 * 3_600_000;
    await world.publish('summary', { catalog: { clock } });
    expect(world.calls('composite')).to.equal(6);
  });

  it('leaves accounts out before errors, and both before the run', async () => {
    await backedUp({ config: { publish: { callsPerDay: 10 } } });
    for (let nth = 0; nth < 8; nth++) await world.publish('summary');
    const last = await world.publish('final');
    expect([...(last?.tally.leftOut ?? [])]).to.deep.equal(['accounts']);
    expect(world.rows(ACCOUNT).size).to.equal(0);
    expect(world.rows(ERROR).size).to.equal(4);
    expect(world.rows(RUN).get('run:1')).to.include({ Sequence__c: 9 });
  });

  it('counts every try, also the ones that fail', async () => {
    await backedUp();
    world.org.setFaults([{ match: { operation: 'composite', times: 2 }, fault: { kind: 'error', status: 503 } }]);
    await world.publish('summary');
    const { callsToday, snapshot } = await world.look((catalog) => catalog.publication());
    expect(callsToday).to.equal(3);
    expect(snapshot?.sequence).to.equal(1);
  });

  it('sends an event a minute at most, however often it is started', async () => {
    await backedUp();
    for (let nth = 0; nth < 4; nth++) await world.publish('summary');
    expect(world.org.events.since(0, EVENT)).to.have.length(1);
  });

  it('sends no event when the config wants none', async () => {
    await backedUp({ config: { publish: { eventsPerMinute: 0 } } });
    await world.publish();
    expect(world.org.events.since(0, EVENT)).to.deep.equal([]);
  });

  it('shows a run that died as interrupted, whatever command comes next', async () => {
    world = await publishWorld();
    const dead = await world.withCatalog((catalog) =>
      catalog.startRun({ type: 'backup', mode: 'full', command: 'test', configSnapshot: {} }),
    );
    await world.withCatalog(async (catalog) => {
      await catalog.rowsPublished([{ key: `run:${dead}`, hash: 'x', recordId: 'x', status: 'running' }]);
    });
    await addDocuments(world, 2);
    await world.run();
    await world.publish('summary', { run: 2 as RunId });
    expect(world.rows(RUN).get('run:1')).to.include({ Status__c: 'interrupted' });
    expect(world.rows(RUN).get('run:2')).to.include({ Status__c: 'completed' });
    const third = await world.publish('summary');
    expect(third?.tally.sent, 'told once').to.equal(1);
  });

  it('renews its session when that has expired', async () => {
    await backedUp();
    world.org.expireSessions();
    await world.publish('summary');
    expect(world.rows(RUN).size).to.equal(1);
  });

  it('writes the other rows when the org refuses some, and says why', async () => {
    await backedUp({
      org: {
        validationRules: [
          {
            object: ACCOUNT,
            name: 'Whole',
            message: 'No account, no row',
            refuses: ({ after }) => after.Account_Id__c === null,
          },
        ],
      },
    });
    const published = await world.publish();
    expect(published?.tally.refused).to.equal(1);
    expect(published?.tally.firstRefusal?.message).to.match(/No account, no row/);
    expect(world.rows(ACCOUNT).size).to.equal(4);
  });

  it('says how to deploy when the org has none of our objects', async () => {
    await backedUp({ org: { deployed: false } });
    const failure = await world.publish().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(Failure).and.to.include({ code: 'publishing-not-deployed', failureClass: 'stop' });
    expect((failure as Failure).actions.join(' ')).to.include('npm run deploy:salesforce -- start');
  });

  it('writes nothing once another process owns the catalog', async () => {
    await backedUp();
    await world.withCatalog(async (catalog) => {
      const publications = world.publications(() => catalog.fence());
      await world.look(() => Promise.resolve());
      const { default: Database } = await import('better-sqlite3');
      const db = new Database(world.config.catalog.file);
      db.prepare('UPDATE catalog_lock SET epoch = epoch + 1').run();
      db.close();
      const refused = await publications.write([{ object: RUN, records: [{ External_Id__c: 'x' }] }]).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refused).to.include({ code: 'lock-lost' });
      await publications.close();
    });
    expect(world.rows(RUN).size).to.equal(0);
  });
});
