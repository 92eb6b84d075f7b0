import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { organizationId } from '@file-migration/config';
import { openCatalog } from '../../plugin/src/catalog/catalog.ts';
import type { UpdateTools } from '../../plugin/src/jobs/update-context.ts';
import { catalogOptions } from '../../plugin/src/context/binding.ts';
import {
  LINK_BASE,
  TARGET,
  addDocuments,
  migrationWorld,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { startSalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import {
  linksInOrg,
  runRelink,
  runRollback,
  runSwitch,
  switchWith,
  withTools,
} from '@file-migration/kit/migration/switch';

/* DESIGN's invariants of phase 2; 10 is kill.test.ts, 11 stands in rollback.test.ts, 13 in ../backup/late.test.ts. */
describe('Invariants of writing to the org', () => {
  let world: MigrationWorld;
  afterEach(() => world.close());

  const lost = { kind: 'error', status: 503, after: true } as const;
  /** Locks, lost answers of every step, a job that fails half-way and one that vanishes. */
  function badWeather(): void {
    world.org.setFaults([
      { match: { operation: 'ingest.chunk', nth: [2, 5] }, fault: { kind: 'lock' } },
      { match: { operation: 'bulk.ingest.create', nth: 3 }, fault: lost },
      { match: { operation: 'bulk.ingest.upload', nth: 2 }, fault: lost },
      { match: { operation: 'bulk.ingest.change', nth: [1, 4] }, fault: lost },
      { match: { operation: 'ingest.job', nth: 2 }, fault: { kind: 'fail', afterRows: 3 } },
      { match: { operation: 'ingest.job', nth: 4 }, fault: { kind: 'gone' } },
    ]);
  }

  const settings = { rowsPerJob: 10, canaryRows: 10 };
  const moved = (): Pick<MigrationWorld, 'org' | 'config'> => {
    const link = { ...world.config.link, baseUrl: 'https://new.example.com', formerBaseUrls: [LINK_BASE] };
    return { org: world.org, config: { ...world.config, link } };
  };

  it('8: every write to the org has an earlier durable journal row and an uploaded rollback line', async () => {
    const written: string[] = [];
    const missing: string[] = [];
    const journal: { db?: Database.Database } = {};
    world = await migrationWorld({
      org: {
        automations: [
          {
            object: 'DocListEntry__c',
            name: 'Looks for the way back at the very moment of a write',
            kind: 'trigger',
            run: ({ before, after }) => {
              if (before === undefined || before.Document__c === after.Document__c) return undefined;
              const id = String(after.Id);
              written.push(id);
              const row = journal.db
                ?.prepare<[string, unknown], { run_id: number; url_before: string }>(
                  "SELECT run_id, url_before FROM url_updates WHERE doclist_entry_id = ? AND url_after = ? AND state = 'sent'",
                )
                .get(id, after.Document__c);
              if (row?.url_before !== before.Document__c) missing.push(`journal row of ${id}`);
              const lines = [...world.store.list(TARGET)].filter(({ key }) => key.includes(`/run-${row?.run_id}/`));
              const hasLine = lines.some(({ key }) => world.store.read(TARGET, key).includes(`"Id":"${id}"`));
              if (!hasLine) missing.push(`rollback line of ${id}`);
              return undefined;
            },
          },
        ],
      },
    });
    await addDocuments(world, 40, { accounts: 4 });
    await world.run();
    journal.db = new Database(world.config.catalog.file, { readonly: true });
    try {
      for (const write of [
        () => runSwitch(world, {}, { settings }),
        () => runRelink(moved()),
        () => runRollback(moved(), {}, { settings }),
      ]) {
        badWeather();
        written.length = 0;
        expect(await write()).to.include({ status: 'completed', confirmed: 40 });
        expect(written).to.have.length(40);
        expect(missing).to.deep.equal([]);
      }
    } finally {
      journal.db.close();
    }
  });

  it('9: no document enters a second committed job before the first is terminal and read back', async () => {
    world = await migrationWorld();
    await addDocuments(world, 60, { accounts: 12 });
    await world.run();
    badWeather();
    const parallel = { ...settings, parallelJobs: 3 };
    expect(await runSwitch(world, {}, { settings: parallel })).to.include({ status: 'completed', confirmed: 60 });
    badWeather();
    expect(await runRollback(world, {}, { settings: parallel })).to.include({ status: 'completed', confirmed: 60 });
    const journal = new Database(world.config.catalog.file, { readonly: true });
    const count = (soql: string): unknown => journal.prepare(soql).pluck().get();
    // rows of one document, in jobs that were committed one after the other
    const pairs = `FROM url_updates a JOIN url_updates b ON b.doclist_entry_id = a.doclist_entry_id AND b.id > a.id
      WHERE a.sent_at IS NOT NULL AND b.sent_at IS NOT NULL`;
    expect(count(`SELECT count(*) ${pairs}`), 'documents in several jobs').to.be.greaterThan(60);
    expect(count(`SELECT count(*) ${pairs} AND (a.concluded_at IS NULL OR a.concluded_at > b.planned_at)`)).to.equal(0);
    journal.close();
  });

  /** Every step of a job before which the org or the bucket is written. */
  for (const step of ['planRows', 'rollbackLinesAt', 'jobMade', 'jobCommitting'] as const) {
    it(`12: a process that has lost its epoch after ${step} writes nothing anywhere`, async () => {
      world = await migrationWorld();
      await addDocuments(world, 5);
      await world.run();
      const writes = (): object => ({
        org: ['create', 'upload', 'change'].map((name) => world.org.requests.count(`bulk.ingest.${name}`)),
        bucket: world.store.traffic.count('PutObject'),
      });
      let atLoss: object = {};
      const failure = await failureOf(
        withTools(world, (tools) =>
          switchOf({
            ...tools,
            catalog: after(tools.catalog, step, async () => {
              await takenOver();
              atLoss = writes();
            }),
          }),
        ),
      );
      expect(failure.code).to.equal('lock-lost');
      expect(writes()).to.deep.equal(atLoss);
      for (const { url } of linksInOrg(world).values()) expect(url).to.not.include(LINK_BASE);
    });
  }

  it('14: another org, bucket or prefix gets zero writes', async () => {
    world = await migrationWorld();
    await addDocuments(world, 5);
    await world.run();
    await runSwitch(world, { wave: { limit: 1 } });
    // as a full sandbox has it: the same records, under the same ids
    const sandbox = await startSalesforceOrg({ orgId: '00D000000000042EAA', sandbox: true });
    const { config } = world;
    const links = linksInOrg(world);
    const writes = world.store.traffic.count('PutObject');
    const jobs = world.org.requests.count('bulk.ingest.create');
    for (const place of [
      { org: sandbox, config },
      { org: world.org, config: { ...config, target: { ...config.target, bucket: 'another' } } },
      { org: world.org, config: { ...config, key: { ...config.key, prefix: 'elsewhere/' } } },
    ]) {
      for (const write of [() => runSwitch(place), () => runRelink(place), () => runRollback(place)]) {
        expect((await failureOf(write())).code).to.equal('catalog-bound-elsewhere');
      }
    }
    expect(sandbox.requests.count('bulk.ingest.create')).to.equal(0);
    expect(world.org.requests.count('bulk.ingest.create')).to.equal(jobs);
    expect(world.store.traffic.count('PutObject')).to.equal(writes);
    expect(linksInOrg(world)).to.deep.equal(links);
    await sandbox.close();
  });

  const switchOf = (tools: UpdateTools) => switchWith(tools, world.config);

  /** Somebody deletes the lock's file, and a second process begins. */
  async function takenOver(): Promise<void> {
    rmSync(`${world.config.catalog.file}.lock`);
    const second = await openCatalog(catalogOptions(world.config, organizationId(world.org.orgId), 'the second'));
    await second.close();
  }
});

/** The same, but something happens when the named method has done its work. */
function after<T extends object>(real: T, name: string, happens: () => Promise<void>): T {
  return new Proxy(real, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (property !== name || typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const result = await (value as (...given: unknown[]) => Promise<unknown>).apply(target, args);
        await happens();
        return result;
      };
    },
  });
}
