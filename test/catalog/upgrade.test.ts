import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import { schemaVersion } from '../../plugin/src/catalog/schema.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import type { RunId } from '../../plugin/src/model/run.ts';
import { expectQueuesOf } from '@file-migration/kit/catalog/queues';
import {
  catalogWorld,
  type CatalogWorld,
  claim,
  discover,
  found,
  idOf,
  newRun,
  recordAll,
} from '@file-migration/kit/catalog/catalog-world';

const older = readFileSync(new URL('catalog-v4.sql', import.meta.url), 'utf8');

describe('A catalog of an older version', () => {
  let world: CatalogWorld;
  beforeEach(async () => {
    world = await catalogWorld();
    const db = new Database(world.file);
    db.exec(older);
    db.close();
  });
  afterEach(() => world.close());

  it('is refused to who only looks, who is told what brings it up to date', async () => {
    const refused = await openCatalogReader(world.file).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Failure).and.include({ code: 'catalog-older' });
    expect((refused as Failure).actions.join()).to.include('sf migrate files backup');
  });

  it('is brought up to date by who writes, to the very schema of a new one', async () => {
    const upgraded = await world.open();
    expect(upgraded.identity).to.include({ schemaVersion, uuid: '57c126d8-b484-42c0-a2c6-be548c274ef5' });
    const fresh = join(world.folder, 'new.db');
    await world.open({ file: fresh });
    expect(schemaOf(world.file)).to.deep.equal(schemaOf(fresh));
  });

  it('has what waited in the queues of its accounts', async () => {
    const before = new Database(world.file);
    before.exec(`
      UPDATE documents SET next_attempt = 0 WHERE id IN (1, 4, 7, 2);
      UPDATE documents SET next_attempt = 0, account_id = NULL WHERE id = 3;
      INSERT INTO account_counts SELECT '-', NULL, documents, bytes, 1, ${zeros(11)} FROM account_counts WHERE account_id LIKE '%2AAA';
      UPDATE account_counts SET ready = 2 WHERE account_id LIKE '%0AAA';
      INSERT INTO claims VALUES (4, 'token', 1, 1, 'worker', 9999999999999);`);
    before.close();
    const catalog = await world.open();
    expectQueuesOf(world.file);
    const run = await catalog.startRun(newRun);
    expect((await claim(catalog, run)).map(({ id }) => id)).to.have.members([0, 1, 2, 6].map(idOf));
    expect(await catalog.releaseClaims()).to.equal(5);
    expectQueuesOf(world.file);
  });

  it('keeps its documents, counts, runs and watermark', async () => {
    const catalog = await world.open();
    const counts = await catalog.counts();
    expect(counts).to.deep.equal(await catalog.recount());
    expect(counts).to.include({ documents: 7, pastRevisions: 2, remaining: 2, bytes: 3_000 });
    expect(counts.states).to.include({ switched: 1, verified: 1, discovered: 2, changed: 1, missing: 1, deleted: 1 });
    expect((await catalog.runs(10)).map(({ status }) => status)).to.deep.equal([
      'completed_with_failures',
      'stopped',
      'completed_with_failures',
    ]);
    expect(await catalog.watermark()).to.include({ runId: 1 });
    expect(await catalog.revisions({ limit: 10 })).to.have.length(1);
  });

  it('calls a link of ours without a copy broken, with its counters, and forgets tokens and signatures', async () => {
    const before = new Database(world.file);
    before.exec(`
      UPDATE documents SET link_code = 1 WHERE state_code IN (3, 6);
      UPDATE migration_runs SET command = 'sf migrate files backup --target-org 00D5g000000abcd!AQEAQ.secret_1' WHERE id = 1;
      UPDATE migration_errors SET original_url = 'https://v.example.com/a.pdf?X-Amz-Signature=abc&x=1';`);
    before.close();
    const catalog = await world.open();
    const counts = await catalog.counts();
    expect(counts.states).to.include({ broken: 3, discovered: 0, missing: 0, switched: 1 });
    expect(counts).to.deep.equal(await catalog.recount());
    expect((await catalog.run(1 as RunId))?.command).to.equal(
      'sf migrate files backup --target-org 00D5g000000abcd!***',
    );
    const errors = await catalog.recentErrors(10);
    expect(new Set(errors.map(({ originalUrl }) => originalUrl))).to.deep.equal(
      new Set(['https://v.example.com/a.pdf?X-Amz-Signature=***&x=1']),
    );
  });

  it('goes on: what waited is copied, and a switched document whose source changed has the new word for its link', async () => {
    const catalog = await world.open();
    const run = await catalog.startRun(newRun);
    await catalog.recordVerifications(
      run,
      [{ id: idOf(0), revision: 1, outcome: { kind: 'source-changed', message: 'other bytes' } }],
      idOf(0),
    );
    expect(await catalog.reviseChanged({})).to.equal(2);
    await discover(catalog, run, [found(7)]);
    expect(await claim(catalog, run, 1)).to.have.length(1);
    await catalog.releaseClaims();
    expect(await recordAll(catalog, run)).to.equal(5);
    expect(await catalog.counts()).to.deep.equal(await catalog.recount());
    const words = new Database(world.file, { readonly: true });
    try {
      const row = words.prepare(
        'SELECT link_state, salesforce_updated FROM file_migrations WHERE doclist_entry_id = ?',
      );
      expect(row.get(idOf(0))).to.deep.equal({ link_state: 'outdated', salesforce_updated: 1 });
    } finally {
      words.close();
    }
  });
});

function zeros(count: number): string {
  return Array(count).fill(0).join(', ');
}

/** Everything that SQLite keeps of a schema, by name. */
function schemaOf(file: string): unknown[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();
  } finally {
    db.close();
  }
}
