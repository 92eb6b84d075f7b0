import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { documentId } from '@file-migration/config';
import { LINK_BASE, addDocuments, backupWorld, childPlace, sourceUrl, type BackupWorld } from '../backup/world.ts';
import { seededRandom } from '../stand-ins/faults/random.ts';
import { linksInOrg, runRollback, runSwitch } from './world.ts';

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const kills = 20;
const documents = 240;

describe('A switch and a rollback that are killed', function () {
  this.timeout(300_000);
  let world: BackupWorld;
  /** How often the URL of each record was written, by the new value. */
  const writes = new Map<string, number>();
  before(async () => {
    world = await backupWorld({
      org: {
        bulk: { jobMs: 5, pageRows: 200, batchMs: 120 },
        automations: [
          {
            object: 'DocListEntry__c',
            name: 'Counts writes',
            kind: 'trigger',
            run: ({ before: old, after }) => {
              if (old !== undefined && old.Document__c !== after.Document__c) {
                const write = `${String(after.Id)} ${String(after.Document__c)}`;
                writes.set(write, (writes.get(write) ?? 0) + 1);
              }
              return undefined;
            },
          },
        ],
      },
    });
  });
  after(() => world.close());

  it(`with SIGKILL at ${kills} random instants leave the old or the new URL everywhere, and send no job twice`, async () => {
    const written = await addDocuments(world, documents, { accounts: 30 });
    await world.run();
    const old = new Map(written.map(({ id, key }) => [id, sourceUrl(key)]));
    const random = seededRandom(11);
    for (let kill = 0; kill < kills; kill++) {
      await killed(kill < kills / 2 ? 'switch' : 'rollback', random);
      for (const [id, { url }] of linksInOrg(world)) {
        expect([old.get(id), `${LINK_BASE}/d/${id}`], `after kill ${kill}`).to.include(url);
      }
      if (kill === kills / 2 - 1) await finished('switch');
    }
    await finished('rollback');
    for (const [id, { url }] of linksInOrg(world)) expect(url).to.equal(old.get(id));
    for (const [write, times] of writes) expect(times, write).to.equal(1);
    expect(writes.size).to.equal(2 * documents);
  });

  async function killed(task: 'switch' | 'rollback', random: () => number): Promise<void> {
    const running = start(task);
    const ended = once(running, 'close');
    // the first request shows that the child is up: kills then hit every step of the protocol
    const before = world.org.requests.count('bulk.ingest.create');
    await Promise.race([ended, moved(() => world.org.requests.count('bulk.ingest.create') > before)]);
    await Promise.race([ended, sleep(random() * 500)]);
    running.kill('SIGKILL');
    await ended;
  }

  function start(task: 'switch' | 'rollback'): ChildProcess {
    const argument = JSON.stringify({ task, ...childPlace(world) });
    return spawn(process.execPath, ['--no-warnings', '--conditions=@file-migration/source', child, argument], {
      stdio: 'ignore',
    });
  }

  /** Runs to the end in this process; afterwards journal, catalog and org agree on every document. */
  async function finished(task: 'switch' | 'rollback'): Promise<void> {
    const result = await (task === 'switch' ? runSwitch(world) : runRollback(world));
    expect(result).to.include({ status: 'completed', failed: 0, conflicts: 0 });
    const links = linksInOrg(world);
    await world.look(async (catalog) => {
      expect(await catalog.counts()).to.deep.equal(await catalog.recount());
      expect(await catalog.unfinishedJobs()).to.deep.equal([]);
      for (const [id, { url }] of links) {
        const confirmed = (await catalog.journalOf(documentId(id))).filter(({ state }) => state === 'confirmed');
        expect(confirmed.map(({ after }) => after.url)).to.deep.equal([url]);
        expect((await catalog.document(documentId(id)))?.currentUrl).to.equal(url);
      }
      const runs = await catalog.runs(100);
      expect(runs.filter(({ status }) => status === 'running')).to.deep.equal([]);
    });
  }
});

async function moved(happened: () => boolean): Promise<void> {
  while (!happened()) await sleep(5);
}
