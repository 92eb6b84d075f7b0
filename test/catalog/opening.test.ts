import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { accountId, organizationId } from '@file-migration/config';
import { catalogThread } from '../../plugin/src/catalog/worker-calls.ts';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import {
  mountOf,
  parseMountInfo,
  parseMountOutput,
  refuseNetworkFileSystem,
} from '../../plugin/src/catalog/network-file-system.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import {
  binding,
  claim,
  discover,
  found,
  foundMany,
  newRun,
  recordAll,
  catalogWorld,
  type CatalogWorld,
} from '@file-migration/kit/catalog/catalog-world';

describe('Opening the catalog', () => {
  let world: CatalogWorld;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    world = await catalogWorld();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await world.close();
  });

  it('makes file and folders, gives it an identity and binds it', async () => {
    const file = join(world.folder, 'some', 'folder', 'catalog.db');
    const { identity } = await world.open({ file });
    expect(identity.uuid).to.match(/^[0-9a-f-]{36}$/);
    expect(identity.binding).to.deep.equal(binding);
    const reader = await openCatalogReader(file);
    expect(reader.identity).to.deep.equal(identity);
    await reader.close();
  });

  it('lets nobody else on the machine read it, nor what stands beside it', async () => {
    const file = join(world.folder, 'catalog-of-others.db');
    writeFileSync(file, '', { mode: 0o644 });
    await world.open({ file });
    for (const each of [file, `${file}-wal`]) expect(statSync(each).mode & 0o777, each).to.equal(0o600);
  });

  it('keeps everything from one opening to the next', async () => {
    const first = await world.open();
    await discover(first, await first.startRun(newRun), foundMany(5));
    await first.close();
    const second = await world.open();
    expect(second.identity.uuid).to.equal(first.identity.uuid);
    expect(await second.counts()).to.include({ documents: 5 });
    expect((await second.runs(1))[0]).to.include({ status: 'interrupted' });
  });

  it('is refused for another org, bucket, prefix, object or field, each difference named', async () => {
    await (await world.open()).close();
    const foreign = {
      organizationId: organizationId('00D5g000000ZzZz'),
      object: 'Other__c',
      urlField: 'Url__c',
      bucket: 'other',
      prefix: 'backup/',
    };
    const error = await refusal(world.open({ binding: foreign }));
    expect(error).to.include({ code: 'catalog-bound-elsewhere', failureClass: 'stop' });
    for (const [part, value] of Object.entries(foreign)) expect(error.message, part).to.include(`"${value}"`);
    const one = await refusal(world.open({ binding: { ...binding, bucket: 'other' } }));
    expect(one.message).to.include('bucket "customer-files" (asked for: "other")').and.not.include('org');
    await world.open();
  });

  it('is refused to a second opener, who is told who has it', async () => {
    const first = await world.open({ command: 'sf migrate files backup --full' });
    const error = await refusal(world.open());
    expect(error).to.include({ code: 'catalog-locked', failureClass: 'stop' });
    expect(error.message).to.include('"sf migrate files backup --full"').and.include(`process ${process.pid}`);
    expect(await refusal(world.open({ takeOver: true })), 'a live process is never robbed').to.include({
      code: 'catalog-locked',
    });
    await first.close();
    await world.open();
  });

  it('needs to be told to take over what another machine has not given back', async () => {
    await (await world.open()).close();
    sql("UPDATE catalog_lock SET host = 'elsewhere', pid = 7, command = 'sf migrate files backup', since = 0");
    const error = await refusal(world.open());
    expect(error).to.include({ code: 'catalog-locked' });
    expect(error.message).to.include('elsewhere');
    expect(error.actions.join()).to.include('--take-over');
    const catalog = await world.open({ takeOver: true });
    expect(await catalog.holder()).to.include({ pid: process.pid });
  });

  it('is refused for files that are something else', async () => {
    const cases: [string, (file: string) => void][] = [
      [
        'catalog-damaged',
        (file) => writeFileSync(file, 'This is no database, but a text of more than sixteen bytes.'.repeat(100)),
      ],
      ['catalog-is-folder', (file) => mkdirSync(file)],
      ['catalog-foreign', (file) => withDatabase(file, (db) => db.exec('CREATE TABLE people (name)'))],
      ['catalog-of-predecessor', (file) => withDatabase(file, (db) => db.exec('CREATE TABLE file_migrations (id)'))],
    ];
    for (const [code, make] of cases) {
      const file = join(world.folder, `${code}.db`);
      make(file);
      const error = await refusal(world.open({ file }));
      expect(error, code).to.include({ code, failureClass: 'stop' });
      expect(await refusal(openCatalogReader(file)), code).to.include({ code });
    }
  });

  it('is refused for a newer schema, in a sentence', async () => {
    await (await world.open()).close();
    sql('PRAGMA user_version = 99');
    const error = await refusal(world.open());
    expect(error).to.include({ code: 'catalog-newer' });
    expect(error.message).to.include('newer version').and.include('99');
    expect(await refusal(openCatalogReader(world.file))).to.include({ code: 'catalog-newer' });
  });

  it('says that there is none to read', async () => {
    expect(await refusal(openCatalogReader(world.file))).to.include({ code: 'catalog-missing' });
  });

  it('is refused on a network file system, which is named', () => {
    const mounts = parseMountInfo(
      [
        '22 1 254:1 / / rw shared:1 - ext4 /dev/vda rw',
        '36 22 0:40 / /mnt/team\\040share rw - nfs4 server:/x rw',
        '37 22 0:41 / /mnt rw - tmpfs tmpfs rw',
        '38 22 0:42 / /home/u/remote rw - fuse.sshfs u@host: rw',
      ].join('\n'),
    );
    expect(mountOf('/mnt/team share/db', mounts)?.type).to.equal('nfs4');
    expect(mountOf('/mnt/teams', mounts)?.type).to.equal('tmpfs');
    expect(mountOf('/', mounts)?.type).to.equal('ext4');
    expect(parseMountOutput('//u@host/x on /Volumes/Team (smbfs, nodev)\n/dev/disk1 on / (apfs, local)')).to.deep.equal(
      [
        { path: '/Volumes/Team', type: 'smbfs' },
        { path: '/', type: 'apfs' },
      ],
    );
    for (const type of ['nfs4', 'cifs', 'fuse.sshfs', '9p']) {
      expect(() => refuseNetworkFileSystem(world.folder, () => [{ path: '/', type }]), type)
        .to.throw(Failure, type)
        .with.property('code', 'catalog-on-network');
    }
    expect(() => refuseNetworkFileSystem(world.folder, () => [{ path: '/', type: 'ext4' }])).not.to.throw();
  });

  it('writes nothing any more once another process has the next epoch', async () => {
    const first = await world.open();
    const run = await first.startRun(newRun);
    await discover(first, run, foundMany(3));
    const [claimed] = await claim(first, run, 1);
    await first.fence();
    // Somebody deletes the lock's file, and a second process begins.
    rmSync(`${world.file}.lock`);
    const second = await world.open();
    const before = await second.counts();
    const attempts = [
      () => first.fence(),
      () => discover(first, run, foundMany(9)),
      () => claim(first, run),
      () => first.recordOutcomes(run, [{ ...claimed!, outcome: { kind: 'released' } }]),
      () => first.startRun(newRun),
      () => first.heartbeat(run),
      () => first.finishRun(run, { status: 'completed' }),
      () => first.markDeleted(run, [found(1).id]),
      () => first.releaseClaims(),
      () => first.setWatermark({ at: 1, runId: run }),
      () => first.reopen({ kinds: ['failed'] }),
      () => first.cleanup(Number.MAX_SAFE_INTEGER),
    ];
    for (const attempt of attempts) {
      expect(await refusal(attempt()), attempt.toString()).to.include({ code: 'lock-lost', failureClass: 'stop' });
    }
    await first.close();
    expect(await second.counts()).to.deep.equal(before);
    expect(await second.holder(), 'the leaver takes nothing with it').not.to.equal(undefined);
    await second.fence();
  });

  it('finds a lost lock within milliseconds, however often it is asked meanwhile', async () => {
    const first = await world.open();
    await first.fence();
    const asking = setInterval(() => void first.fence().catch(() => undefined), 1);
    rmSync(`${world.file}.lock`);
    await world.open();
    await sleep(20);
    clearInterval(asking);
    expect(await refusal(first.fence())).to.include({ code: 'lock-lost', failureClass: 'stop' });
  });

  it('opens in a thread that had begun to load before, and ends it', async () => {
    const thread = catalogThread();
    const catalog = await world.open({ thread });
    expect(await catalog.counts()).to.include({ documents: 0 });
    await catalog.close();
    expect((await thread.ended).code).to.equal('catalog-closed');
  });

  it('lets a thread that opens no catalog be ended', async () => {
    const thread = catalogThread();
    await thread[Symbol.asyncDispose]();
    expect((await thread.ended).code).to.equal('catalog-closed');
    expect(await refusal(world.open({ thread }))).to.include({ code: 'catalog-closed' });
  });

  it('says that the disk is full, loses nothing, and goes on when there is room', async () => {
    const small = await world.open({ maxBytes: 400_000 });
    const run = await small.startRun(newRun);
    let known = 0;
    const error = await refusal(
      (async () => {
        for (; known < 50_000; known += 100) await discover(small, run, foundMany(100, known));
      })(),
    );
    expect(error).to.include({ code: 'catalog-disk-full', failureClass: 'stop' });
    expect(error.message).to.include('full');
    expect(await small.counts())
      .to.deep.equal(await small.recount())
      .and.include({ documents: known });
    await small.close();
    const large = await world.open();
    await discover(large, await large.startRun(newRun), foundMany(100, known));
    expect(await large.counts()).to.include({ documents: known + 100 });
  });

  it('says that the disk takes no more when a quota stops it', async () => {
    // The limit of the shell on the size of files (in 512 bytes), its signal ignored, is an error of the write itself.
    const child = work(['sh', '-c', `trap '' XFSZ; ulimit -f 2000; exec "$0" "$@"`, process.execPath]);
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(child, 'exit');
    expect(text).to.match(/catalog-(io-error|disk-full)/);
    const reader = await openCatalogReader(world.file);
    expect(await reader.counts()).to.deep.equal(await reader.recount());
    await reader.close();
  });

  it('shows a reader what a living writer does, and that a killed one was interrupted', async () => {
    const child = work();
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    await lines.next();
    const reader = await openCatalogReader(world.file);
    await lines.next();
    expect((await reader.runs(1))[0]).to.include({ status: 'running', pid: child.pid });
    expect(await reader.holder()).to.include({ pid: child.pid, command: 'child' });
    expect((await reader.counts()).documents).to.be.at.least(100);
    expect((await refusal(world.open())).message).to.include(`process ${child.pid}`);
    await kill(child);
    expect((await reader.runs(1))[0]).to.include({ status: 'interrupted' });
    expect(await reader.holder()).to.equal(undefined);
    await reader.close();
    const late = await openCatalogReader(world.file);
    expect(await late.counts()).to.deep.equal(await late.recount());
    await late.close();
  });

  it('loses nothing that was answered, however often the process is killed', async () => {
    for (let round = 0; round < 5; round++) {
      const child = work();
      let answered = 0;
      createInterface({ input: child.stdout! }).on('line', (line) => (answered = Number(line) || answered));
      while (answered < 100) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      await kill(child);

      const catalog = await world.open();
      const counts = await catalog.counts();
      expect(counts).to.deep.equal(await catalog.recount());
      expect(counts.documents).to.be.at.least(answered);
      expect((await catalog.runs(100)).some(({ status }) => status === 'running')).to.equal(false);
      expect(integrity()).to.equal('ok');
      await catalog.releaseClaims();
      await recordAll(catalog, (await catalog.runs(1))[0]!.id);
      expect((await catalog.counts()).states).to.include({ discovered: 0 });
      await catalog.close();
    }
  });

  it("answers the predecessor's queries", async () => {
    const catalog = await world.open();
    const run = await catalog.startRun(newRun);
    await discover(catalog, run, [found(1, { accountId: accountId('001000000000001'), accountName: 'Ana' })]);
    await recordAll(catalog, run);
    await catalog.close();
    withDatabase(world.file, (db) => {
      expect(
        db
          .prepare(
            `SELECT account_name, your_s3_url, file_size_bytes, file_hash, backup_timestamp, migration_phase, salesforce_updated, state
             FROM file_migrations WHERE doclist_entry_id = ?`,
          )
          .get(found(1).id),
      ).to.deep.equal({
        account_name: 'Ana',
        your_s3_url: `https://customer-files.s3.amazonaws.com/uploads/001000000000001AAA/Ana/${found(1).id}/Invoice_1.pdf`,
        file_size_bytes: 1_000,
        file_hash: 'd7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592',
        backup_timestamp: '2026-01-01T00:00:00.000Z',
        migration_phase: 1,
        salesforce_updated: 0,
        state: 'verified',
      });
      expect(
        db
          .prepare(
            'SELECT run_type, start_time, total_files_processed, successful_files, new_files FROM migration_runs',
          )
          .get(),
      ).to.deep.equal({
        run_type: 'backup',
        start_time: '2026-01-01T00:00:00.000Z',
        total_files_processed: 1,
        successful_files: 1,
        new_files: 1,
      });
      db.prepare(
        'SELECT run_id, doclist_entry_id, error_type, error_message, original_url, timestamp FROM migration_errors',
      ).all();
    });
  });

  it('refuses two documents the same key, and a key that is not under its own document', async () => {
    const catalog = await world.open();
    await discover(catalog, await catalog.startRun(newRun), [found(1), found(2)]);
    await catalog.close();
    withDatabase(world.file, (db) => {
      const steal = db.prepare(
        `UPDATE documents SET your_s3_key = (SELECT your_s3_key FROM documents WHERE doclist_entry_id = ?) WHERE doclist_entry_id = ?`,
      );
      expect(() => steal.run(found(1).id, found(2).id)).to.throw(/CHECK/);
    });
  });

  function work(command: readonly string[] = [process.execPath]): ChildProcess {
    const script = [...process.execArgv, 'test/catalog/child.ts', world.file];
    const child = spawn(command[0]!, [...command.slice(1), ...script], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  }

  function sql(statement: string): void {
    withDatabase(world.file, (db) => db.exec(statement));
  }

  function integrity(): unknown {
    let answer: unknown;
    withDatabase(world.file, (db) => (answer = db.pragma('integrity_check', { simple: true })));
    return answer;
  }
});

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function refusal(attempt: Promise<unknown>): Promise<Failure> {
  const error = await attempt.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof Failure) return error;
  throw error instanceof Error ? error : new Error('It was not refused.');
}

function withDatabase(file: string, work: (db: Database.Database) => unknown): void {
  const db = new Database(file);
  try {
    work(db);
  } finally {
    db.close();
  }
}
