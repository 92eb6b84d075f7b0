import { expect } from 'chai';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrationConfig, type MigrationConfigInput } from '@file-migration/config';
import { audit, filesIn } from '@file-migration/kit/migration/audit';
import { addDocuments, type MigrationWorld } from '@file-migration/kit/migration/migration-world';
import {
  commandWorld,
  expectCode,
  json,
  startCommand,
  storeSecret,
  type CommandWorld,
  type Ended,
  type Running,
} from '@file-migration/kit/command/command-world';
import { hasPostgres, startPostgres, type Postgres } from '@file-migration/kit/postgres';
import { describeWith } from '@file-migration/stand-ins/machine-tools';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import { connectQueue, schema } from '../../plugin/src/fleet/engines/pg-boss/connection.ts';
import { unpackJob } from '../../plugin/src/fleet/wire.ts';

const documents = 240;
/** The least that pg-boss takes. */
const silenceSeconds = 10;

describeWith(
  'PostgreSQL',
  'a fleet of real commands',
  () => {
    let postgres: Postgres;
    let world: CommandWorld;
    const workers: Running[] = [];

    before(async () => {
      postgres = await startPostgres();
    });
    after(() => postgres.close());
    beforeEach(async () => {
      world = await commandWorld({
        config: { fleet: { url: '${FLEET_URL}', documentsPerJob: 20, silenceSeconds } },
      });
      await addDocuments(world, documents);
    });
    afterEach(async () => {
      for (const { child } of workers) child.kill('SIGKILL');
      await Promise.all(workers.splice(0).map(({ ended }) => ended));
      await world.close();
    });

    function start(...args: readonly string[]): Running {
      return startCommand(args, { cwd: world.folder, env: { ...world.environment, FLEET_URL: postgres.url } });
    }

    function startWorker(...args: readonly string[]): Running {
      const worker = start('worker', ...args);
      workers.push(worker);
      return worker;
    }

    async function copied(files: number): Promise<void> {
      const deadline = Date.now() + 240_000;
      while (filesIn(world.store).length < files) {
        if (Date.now() > deadline) throw new Error(`Waited too long for ${files} copies.`);
        await sleep(50);
      }
    }

    /** The auditor reads every source and copy itself. */
    async function audited(): ReturnType<typeof audit> {
      const file = join(world.folder, 'migration.json');
      const input = JSON.parse(await readFile(file, 'utf8')) as MigrationConfigInput;
      const config = migrationConfig({ ...input, catalog: { file: join(world.folder, 'migration_tracking.db') } });
      const look: MigrationWorld['look'] = async (read) => {
        const catalog = await openCatalogReader(config.catalog.file);
        try {
          return await read(catalog);
        } finally {
          await catalog.close();
        }
      };
      return await audit({ ...world, config, look } as unknown as MigrationWorld);
    }

    it('loses nothing when workers, coordinator and database are killed, and a frozen worker wakes up', async () => {
      world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 300 } }]);
      const [frozen, killed] = [startWorker(), startWorker()];
      const first = start('backup', '--workers', 'fleet');
      await copied(25);
      frozen.child.kill('SIGSTOP');
      await copied(60);
      killed.child.kill('SIGKILL');
      startWorker();
      await copied(90);
      await postgres.crash();
      await sleep(500);
      await postgres.start();
      await copied(110);
      first.child.kill('SIGKILL');
      await first.ended;
      const second = start('backup', '--workers', 'fleet', '--json');
      await copied(150);
      frozen.child.kill('SIGCONT');
      world.store.setFaults([]);
      const ended = await second.ended;
      expectCode(ended, 0);
      expect(json(ended)).to.nested.include({ 'result.counts.states.verified': documents });
      const states = (await audited()).map(({ state }) => state);
      expect(states).to.deep.equal(Array(documents).fill('verified'));
    });

    it('ends with 69 at Ctrl-C, and the next backup resumes; a worker ends with 0 at SIGTERM and after idling', async () => {
      world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 200 } }]);
      const stopping = startWorker('--json');
      const backup = start('backup', '--workers', 'fleet');
      await copied(30);
      backup.child.kill('SIGINT');
      expectCode(await backup.ended, 69);
      expect(filesIn(world.store).length).to.be.below(documents);
      world.store.setFaults([]);
      const resumed = await start('backup', '--workers', 'fleet', '--json').ended;
      expectCode(resumed, 0);
      expect(json(resumed)).to.nested.include({ 'result.counts.states.verified': documents });
      stopping.child.kill('SIGTERM');
      const worker = await stopping.ended;
      expectCode(worker, 0);
      expect(json(worker)).to.nested.include({ 'result.because': 'stopped' });
      expect((json(worker).result as { documents: number }).documents).to.be.at.least(documents);
      expect(worker.stderr)
        .to.match(/working for the catalog [0-9a-f-]{36}/)
        .and.not.include(storeSecret);
      await audited();
    });

    it('puts no secret into the queue, and says which worker is different in what', async () => {
      const other = join(world.folder, 'other.json');
      const config = JSON.parse(await readFile(join(world.folder, 'migration.json'), 'utf8')) as object;
      await writeFile(other, JSON.stringify({ ...config, backup: { minimumEvidence: 'B' } }));
      const backup = start('backup', '--workers', 'fleet');
      const boss = await connected();
      const rows = await jobRows(boss);
      const [job] = rows.map((data) => unpackJob(data));
      expect(job?.tasks[0]).to.include({ kind: 'copy' });
      for (const secret of Object.values(world.environment).filter((value) => value.includes('canary'))) {
        expect(JSON.stringify([rows, job])).not.to.include(secret);
      }
      await boss.stop({ graceful: false });
      const stranger = startWorker('--config-file', other);
      await said(stranger, 'waiting for a coordinator with the same settings');
      const log = await logged(/differs in backup\.minimumEvidence: B there, D here/);
      expect(log).to.include('cannot take these jobs');
      startWorker();
      expectCode(await backup.ended, 0);
    });

    it('says what is wrong when the queue cannot be reached', async () => {
      const env = { ...world.environment, FLEET_URL: 'postgres://fleet:hidden-word@127.0.0.1:9/none' };
      const refused = await startCommand(['backup', '--workers', 'fleet'], { cwd: world.folder, env }).ended;
      expectCode(refused, 70);
      expect(refused.stderr).to.include('127.0.0.1:9/none').and.include('ECONNREFUSED').and.not.include('hidden-word');
      const doctor = (url: string): Promise<Ended> =>
        startCommand(['doctor'], { cwd: world.folder, env: { ...env, FLEET_URL: url } }).ended;
      expect((await doctor(env.FLEET_URL)).stdout).to.match(/fleet-queue +failed [^]*127\.0\.0\.1:9\/none/);
      expect((await doctor(postgres.url)).stdout).to.match(/fleet-queue +passed +(PostgreSQL answers at|The queue at)/);
      const unset = await world.run('backup', '--workers', 'fleet');
      expectCode(unset, 2);
      expect(unset.stderr).to.include('FLEET_URL');
    });

    async function connected(): Promise<Awaited<ReturnType<typeof connectQueue>>> {
      const deadline = Date.now() + 60_000;
      for (;;) {
        try {
          return await connectQueue({ kind: 'url', url: postgres.url }, 'worker');
        } catch (error) {
          if (Date.now() > deadline) throw error;
          await sleep(200);
        }
      }
    }

    async function jobRows(boss: Awaited<ReturnType<typeof connectQueue>>): Promise<unknown[]> {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const { rows } = await boss.getDb().executeSql(`SELECT data FROM ${schema}.job WHERE name LIKE '%/jobs'`);
        if (rows.length > 0) return (rows as { data: unknown }[]).map(({ data }) => data);
        if (Date.now() > deadline) throw new Error('Waited too long for a job.');
        await sleep(100);
      }
    }

    async function said({ child }: Running, words: string): Promise<void> {
      let text = '';
      const deadline = Date.now() + 60_000;
      child.stderr?.on('data', (more: string) => (text += more));
      while (!text.includes(words)) {
        if (Date.now() > deadline) throw new Error(`It never said "${words}":\n${text}`);
        await sleep(50);
      }
    }

    async function logged(line: RegExp): Promise<string> {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const folder = join(world.folder, 'logs');
        const texts = (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8'));
        const text = (await Promise.all(texts)).join('');
        if (line.test(text)) return text;
        if (Date.now() > deadline) throw new Error(`The log never said ${String(line)}:\n${text.slice(-2000)}`);
        await sleep(200);
      }
    }
  },
  hasPostgres,
);
