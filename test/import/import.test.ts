import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentId, keyOwner } from '@file-migration/config';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { Failure } from '../../plugin/src/model/failure.ts';
import type { ImportResult } from '../../plugin/src/import/import.ts';
import {
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  type MigrationWorld,
  type Written,
} from '@file-migration/kit/migration/migration-world';
import { runVerify } from '@file-migration/kit/migration/verify';
import { addOldRow, oldKey, oldSchema, runImport, type OldRow } from '@file-migration/kit/migration/import';

describe('import', () => {
  let world: MigrationWorld;
  let written: Written[];
  let old: Database.Database;
  const file = (): string => join(world.folder, 'old.db');

  beforeEach(async () => {
    world = await migrationWorld();
    written = await addDocuments(world, 8, { accounts: 2 });
    old = new Database(file());
    old.exec(oldSchema);
  });
  afterEach(async () => {
    old.close();
    await world.close();
  });

  const insert = (document: Written, changes: OldRow = {}): string => addOldRow(old, world, document, changes);
  const copied = (document: Written, key = oldKey(document)): void => {
    world.store.seed(TARGET, key, { bytes: world.store.read(VENDOR, document.key) });
  };

  const run = (): Promise<ImportResult> => runImport(world, file());
  const row = (id: string) => world.look((catalog) => catalog.document(documentId(id)));

  it('adopts what is there, copies the rest, and the verification raises the evidence', async () => {
    for (const [nth, document] of written.entries()) {
      insert(document);
      if (nth < 5) copied(document);
    }
    const result = await run();
    expect(result).to.deep.include({ status: 'completed', rows: 8, adopted: 5, known: 0, unusable: 0 });
    expect(result.toCopy).to.deep.include({ 'not-there': 3, 'shared-key': 0 });
    for (const { id, key: file } of written.slice(0, 5)) {
      const document = await row(id);
      expect(document).to.deep.include({ state: 'copied', evidence: 'E' });
      expect(keyOwner(document?.key ?? '', world.config.key.prefix), 'the redirect opens this key').to.equal(id);
      expect(world.store.read(TARGET, document?.key ?? '').equals(world.store.read(VENDOR, file))).to.equal(true);
    }
    expect((await world.run({ mode: 'full' })).run.processed, 'read from the vendor').to.equal(3);
    const inBucket = [...world.store.list(TARGET)].filter(({ key }) => !key.includes('/.file-migration/'));
    expect(inBucket, 'one for each document, and the old ones left alone').to.have.length(8 + 5);
    for (const document of written.slice(0, 5)) expect(world.store.read(TARGET, oldKey(document))).to.have.length(200);
    const verified = await runVerify(world, { mode: 'full' });
    expect(verified.counts.states).to.deep.include({ verified: 8 });
    expect(verified).to.deep.include({ raised: 5, findings: {} });
    expect(await world.look((catalog) => catalog.counts())).to.deep.equal(
      await world.look((catalog) => catalog.recount()),
    );
  });

  it('goes on after a kill between the copy and its row: what it made is proved to be its own, not made again', async () => {
    for (const document of written) {
      insert(document);
      copied(document);
    }
    await run();
    const made = [...world.store.list(TARGET)].length;
    // as if the rows had never been committed
    await rm(world.config.catalog.file);
    const again = await run();
    expect(again).to.deep.include({ status: 'completed', adopted: 8, rows: 8 });
    expect([...world.store.list(TARGET)]).to.have.length(made);
    expect(await world.look((catalog) => catalog.counts())).to.deep.equal(
      await world.look((catalog) => catalog.recount()),
    );
  });

  it('leaves what it cannot copy inside the bucket to the backup, and never writes over an object there', async () => {
    const [archived, taken] = [written[0]!, written[1]!];
    for (const document of [archived, taken]) insert(document);
    world.store.seed(TARGET, oldKey(archived), {
      bytes: world.store.read(VENDOR, archived.key),
      storageClass: 'GLACIER',
    });
    copied(taken);
    const own = `uploads/${taken.account}/Account/${taken.id}/${taken.key}`;
    world.store.seed(TARGET, own, { bytes: 'somebody else’s' });
    const result = await run();
    expect(result).to.deep.include({ rows: 2, adopted: 0 });
    expect(result.toCopy['not-copyable']).to.equal(2);
    expect(world.store.read(TARGET, own).toString()).to.equal('somebody else’s');
  });

  it('names documents that share an object, and gives each a copy of its own', async () => {
    const shared = `uploads/${written[0]!.account}/Account/report.pdf`;
    insert(written[0]!, { key: shared });
    insert(written[2]!, { key: shared });
    copied(written[2]!, shared);
    const result = await run();
    expect(result.toCopy['shared-key']).to.equal(2);
    expect(result.firstCollisions).to.deep.equal([
      { key: shared, document: written[0]!.id, sharers: 2 },
      { key: shared, document: written[2]!.id, sharers: 2 },
    ]);
    await world.run({ mode: 'full' });
    for (const { id, key } of [written[0]!, written[2]!]) {
      const document = await row(id);
      expect(document).to.deep.include({ state: 'verified' });
      expect(world.store.read(TARGET, document?.key ?? '').equals(world.store.read(VENDOR, key))).to.equal(true);
    }
  });

  it('believes neither sizes, nor keys outside the prefix, nor rows that name no record', async () => {
    insert(written[0]!, { size: 199 });
    copied(written[0]!);
    insert(written[1]!, { key: 'elsewhere/file.pdf' });
    insert({ ...written[2]!, id: 'no record' });
    const result = await run();
    expect(result.toCopy).to.deep.include({ 'other-size': 1, 'unusable-key': 1 });
    expect(result).to.deep.include({ rows: 3, adopted: 0, unusable: 1 });
  });

  it('reads columns that hold bytes where text belongs, and text where a number belongs', async () => {
    for (const document of written.slice(0, 2)) insert(document);
    copied(written[0]!);
    old.exec(`UPDATE file_migrations SET your_s3_key = CAST(your_s3_key AS BLOB), original_url = CAST(original_url AS BLOB),
      file_hash = x'00ff', file_size_bytes = 'many', last_modified_sf = x'32' WHERE id = 1`);
    expect(await run()).to.deep.include({ rows: 2, adopted: 1, unusable: 0 });
  });

  it('knows the link that the scripts wrote on a record, and never takes it for a source', async () => {
    const key = insert(written[0]!, { updated: 1 });
    copied(written[0]!);
    world.org.records.update(written[0]!.id, {
      Document__c: `https://${TARGET}.s3.us-west-2.amazonaws.com/${key}`,
    });
    expect((await run()).linked).to.equal(1);
    expect((await world.run({ mode: 'full' })).run.replaced).to.equal(0);
    expect(await row(written[0]!.id)).to.deep.include({ state: 'switched', linkState: 'ours', revision: 1 });
    expect((await row(written[0]!.id))?.originalUrl).to.contain(VENDOR);
  });

  it('closes runs that were left running, keeps errors as history, and takes nothing on twice', async () => {
    insert(written[0]!);
    copied(written[0]!);
    old.exec(`INSERT INTO migration_runs (run_type, start_time, end_time, total_files_processed, successful_files, status)
      VALUES ('backup', '2025-03-04T05:00:00', '2025-03-04T06:00:00', 5, 5, 'completed'),
             ('full_migration', '2025-03-05T05:00:00', NULL, 2, 1, 'running');
      INSERT INTO migration_errors (run_id, doclist_entry_id, error_type, error_message, timestamp)
      VALUES (1, '${written[1]!.id}', 'DownloadError', 'HTTP 503', '2025-03-04T05:30:00');`);
    expect(await run()).to.deep.include({ adopted: 1, runs: 2, staleRuns: 1, errors: 1 });
    expect(await run()).to.deep.include({ adopted: 0, known: 1, runs: 0, staleRuns: 0 });
    const runs = await world.look((catalog) => catalog.runs(10));
    expect(runs.filter(({ status }) => status === 'running')).to.deep.equal([]);
    expect(runs.filter(({ status }) => status === 'interrupted')).to.have.length(1);
    const [error] = await world.look((catalog) => catalog.errorClasses());
    expect(error).to.deep.include({ code: 'predecessor-download-error', documents: 0 });
  });

  it('says in a sentence that a database is broken, of another form, or no database at all', async () => {
    const refused = async (what: RegExp): Promise<void> => {
      const error = await run().catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Failure).and.to.have.property('code', 'wrong-use');
      expect((error as Failure).message).to.match(what);
    };
    old.exec('ALTER TABLE file_migrations RENAME COLUMN file_hash TO content_hash');
    await refused(/old\.db cannot be read: no such column: file_hash/);
    old.exec('ALTER TABLE file_migrations RENAME COLUMN content_hash TO file_hash');
    for (const document of written) insert(document, { key: `uploads/${'long/'.repeat(40)}${document.key}` });
    old.close();
    const whole = await readFile(file());
    await writeFile(file(), Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096, 0xff)]));
    await refused(/old\.db cannot be read: .*(malformed|corrupt|disk)/);
    await writeFile(file(), 'not a database at all, but a text of some length '.repeat(100));
    await refused(/old\.db cannot be read: file is not a database/);
    await rm(file());
    await mkdir(file());
    await refused(/old\.db cannot be read/);
  });

  it('refuses a file that is no database of the scripts, and a file that is not there', async () => {
    old.exec('DROP TABLE migration_errors');
    const wrong = await run().catch((error: unknown) => error);
    expect(wrong).to.be.instanceOf(Failure).and.to.have.property('code', 'wrong-use');
  });
});
