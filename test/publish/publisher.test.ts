import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Catalog } from '../../plugin/src/catalog/port.ts';
import type { RunId } from '../../plugin/src/model/run.ts';
import { rule } from '../../plugin/src/checks/check.ts';
import { gateIds } from '../../plugin/src/checks/rule-book.ts';
import { documentRecord, sourceUrl } from '@file-migration/kit/migration/migration-world';
import {
  ACCOUNT,
  EVENT,
  noProgress,
  publishWorld,
  RUN,
  type PublishWorld,
  type Row,
} from '@file-migration/kit/migration/publish-world';

const idle = new AbortController().signal;

describe('the publisher beside a run', () => {
  let world: PublishWorld;
  afterEach(() => world.close());

  /** A run that works until `until` resolves, and then ends. */
  async function run(catalog: Catalog, until: () => Promise<unknown>): Promise<RunId> {
    const id = await catalog.startRun({ type: 'backup', mode: 'full', command: 'test', configSnapshot: {} });
    await until();
    await catalog.finishRun(id, { status: 'completed' });
    return id;
  }

  /** Waits until a run's published row is so. */
  async function seen(key: string, wanted: (row: Row) => boolean): Promise<Row> {
    for (let tries = 0; tries < 300; tries++) {
      const row = world.rows(RUN).get(key);
      if (row !== undefined && wanted(row)) return row;
      await sleep(10);
    }
    return expect.fail(`${key} was not published so; it is ${JSON.stringify(world.rows(RUN).get(key))}`);
  }

  it('shows the run as soon as it has begun, again and again while it works, and its end', async () => {
    world = await publishWorld();
    await world.withCatalog(async (catalog) => {
      const { publisher, told, warned } = world.publisher(catalog);
      let done = 0;
      const source = (): ReturnType<typeof noProgress> => ({
        ...noProgress(),
        done: (done += 1),
        total: 500,
        totalIsFinal: true,
      });
      await publisher.during(source, idle, () =>
        run(catalog, async () => {
          const first = await seen('run:1', () => true);
          expect(first).to.include({ Status__c: 'running', Sequence__c: 1, Ended__c: null });
          const later = await seen('run:1', ({ Sequence__c }) => Number(Sequence__c) >= 3);
          expect(later.Rate__c).to.be.greaterThan(0);
          expect(later.Seconds_Left__c).to.be.greaterThan(0);
          expect(Date.parse(String(later.Heartbeat__c))).to.be.greaterThan(Date.parse(String(first.Heartbeat__c)));
        }),
      );
      const end = world.rows(RUN).get('run:1');
      expect(end).to.include({ Status__c: 'completed', Rate__c: null, Seconds_Left__c: null });
      const { throughput } = JSON.parse(String(end?.Snapshot__c)) as { throughput: { points: number[][] } };
      expect(throughput.points.length).to.be.greaterThan(0);
      await publisher.close();
      expect(warned).to.deep.equal([]);
      expect(told.join('\n')).to.match(/^Published snapshot \d+ in \d+ calls \(\d+ of 2,000 used in the last 24h\)\.$/);
    });
    const events = world.org.events.since(0, EVENT);
    expect(events.length).to.be.greaterThan(1);
    const first = events[0]?.at ?? 0;
    expect(events.length).to.be.at.most(((events.at(-1)?.at ?? 0) - first) / 150 + 2);
  });

  it('publishes nothing when the work ends before a run has begun', async () => {
    world = await publishWorld();
    await world.withCatalog(async (catalog) => {
      const { publisher } = world.publisher(catalog);
      const refused = publisher.during(noProgress, idle, () => Promise.reject(new Error('the config is wrong')));
      await refused.then(
        () => expect.fail('the work failed'),
        (error: unknown) => expect(String(error)).to.equal('Error: the config is wrong'),
      );
      await publisher.close();
    });
    expect(world.rows(RUN).size).to.equal(0);
    expect(world.org.requests.counts.size).to.equal(0);
  });

  it('shows how a run failed, and lets the failure through', async () => {
    world = await publishWorld();
    await world.withCatalog(async (catalog) => {
      const { publisher } = world.publisher(catalog);
      const failed = publisher.during(noProgress, idle, async () => {
        const id = await catalog.startRun({ type: 'backup', mode: 'full', command: 'test', configSnapshot: {} });
        await catalog.finishRun(id, { status: 'failed', message: `The bucket is gone. ${'x'.repeat(400)}` });
        throw new Error('the bucket is gone');
      });
      await failed.then(
        () => expect.fail('the work failed'),
        () => undefined,
      );
      await publisher.close();
    });
    const row = world.rows(RUN).get('run:1');
    expect(row).to.include({ Status__c: 'failed' });
    expect(row?.Message__c).to.match(/^The bucket is gone\. x+…$/);
  });

  it('writes the end first after Ctrl-C, and gives up when the time is over', async () => {
    world = await publishWorld();
    await world.run().catch(() => undefined);
    world.org.records.insertOne('DocListEntry__c', documentRecord('a.pdf', sourceUrl('a')));
    const stop = new AbortController();
    await world.withCatalog(async (catalog) => {
      const { publisher, warned } = world.publisher(catalog, { drainMs: 400 });
      const began = performance.now();
      await publisher.during(noProgress, stop.signal, () =>
        run(catalog, async () => {
          await seen('run:2', () => true);
          // what comes behind the run's end never gets an answer
          world.org.setFaults([{ match: { operation: 'composite', nth: 2 }, fault: { kind: 'delay', ms: 20_000 } }]);
          stop.abort('SIGINT');
        }),
      );
      expect(performance.now() - began).to.be.lessThan(5_000);
      await publisher.close();
      expect(warned.join(' ')).to.match(/Not everything was published.*sf migrate files publish/);
    });
    expect(world.rows(RUN).get('run:2')).to.include({ Status__c: 'completed' });
  });

  it('stops, tells why once, and lets the run go on when the org has none of our objects', async () => {
    world = await publishWorld({ org: { deployed: false } });
    await world.withCatalog(async (catalog) => {
      const { publisher, warned } = world.publisher(catalog);
      const id = await publisher.during(noProgress, idle, () => run(catalog, () => sleep(600)));
      await publisher.during(noProgress, idle, () => run(catalog, () => sleep(200)));
      await publisher.close();
      expect((await catalog.run(id))?.status).to.equal('completed');
      expect(warned).to.have.length(1);
      expect(warned[0]).to.match(/Publishing has stopped.*npm run deploy:salesforce -- start/s);
    });
    expect(world.calls('composite')).to.equal(1);
  });

  it('stops when the org has no calls left for anybody', async () => {
    world = await publishWorld({ org: { limits: { apiRequests: 0 } } });
    await world.withCatalog(async (catalog) => {
      const { publisher, warned } = world.publisher(catalog);
      await publisher.during(noProgress, idle, () => run(catalog, () => sleep(500)));
      await publisher.close();
      expect(warned).to.have.length(1);
      expect(warned[0]).to.match(/REQUEST_LIMIT_EXCEEDED/);
    });
    expect(world.calls('composite')).to.equal(1);
  });

  it('goes on at the next minute after the org was away', async () => {
    world = await publishWorld();
    world.org.setFaults([{ match: { operation: 'composite', times: 6 }, fault: { kind: 'error', status: 503 } }]);
    await world.withCatalog(async (catalog) => {
      const { publisher, warned } = world.publisher(catalog);
      await publisher.during(noProgress, idle, () => run(catalog, () => seen('run:1', () => true)));
      await publisher.close();
      expect(warned).to.have.length(1);
      expect(warned[0]).to.match(/Publishing failed and will be retried/);
    });
    expect(world.rows(RUN).get('run:1')).to.include({ Status__c: 'completed' });
  });

  it('publishes what the gates found, at once when one has failed, and with every later run', async () => {
    world = await publishWorld();
    await world.run();
    await world.withCatalog(async (catalog) => {
      const { publisher } = world.publisher(catalog);
      const gates = gateIds.map((id) => rule(id).passed('ok'));
      await publisher.gatesAre(gates);
      expect(world.rows(RUN).size, 'a run follows').to.equal(0);
      await publisher.gatesAre([...gates.slice(1), rule('drift').failed('9%', 'sf migrate files backup')]);
      await publisher.close();
    });
    const gatesOf = (key: string): { gates: { id: string; status: string; fix?: string }[]; gatesAt: number } =>
      JSON.parse(String(world.rows(RUN).get(key)?.Snapshot__c)) as ReturnType<typeof gatesOf>;
    const failed = gatesOf('run:1').gates.filter(({ status }) => status !== 'passed');
    expect(failed).to.have.length(1);
    expect(failed[0]).to.include({ id: 'drift', status: 'failed', fix: 'sf migrate files backup' });
    await world.run();
    await world.publish();
    expect(gatesOf('run:2').gatesAt).to.equal(gatesOf('run:1').gatesAt);
  });

  it('sends accounts and errors a thousand rows a call', async () => {
    world = await publishWorld();
    const accounts = Array.from({ length: 1_200 }, (_, nth) =>
      world.org.records.insertOne('Account', { Name: `Account ${nth}` }),
    );
    await world.org.records.insertDocuments(
      accounts.map((account, nth) => documentRecord(`${nth}.pdf`, sourceUrl('no-such-file'), account)),
    );
    await world.run();
    await world.publish('summary');
    const before = world.calls('composite');
    const published = await world.publish('full');
    expect(world.rows(ACCOUNT).size).to.equal(1_200);
    expect(published?.tally.refused).to.equal(0);
    expect(world.calls('composite') - before, 'and one for the run').to.equal(5);
  });
});
