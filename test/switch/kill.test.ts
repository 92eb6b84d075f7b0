import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { documentId } from '@file-migration/config';
import {
  LINK_BASE,
  addDocuments,
  migrationWorld,
  childPlace,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { seededRandom } from '@file-migration/stand-ins/faults/random';
import { linksInOrg, runRollback, runSwitch } from '@file-migration/kit/migration/switch';

type Task = 'switch' | 'rollback';
type Child = ChildProcessByStdio<Writable, null, null>;

const child = fileURLToPath(new URL('child.ts', import.meta.url));
/** Of a switch at work, and as many of a rollback at work. */
const kills = 20;
const documents = 240;
/** Documents whose URL a user changes, one after each kill. */
const usersOwn = 12;

describe('A switch and a rollback that are killed', () => {
  let world: MigrationWorld;
  /** How often the URL of each record was written, by the new value. */
  const writes = new Map<string, number>();
  /** Children that have loaded everything and wait: starting them takes longer than what they are killed in. */
  const waiting: Child[] = [];
  /** What users wrote, by document. */
  const edits = new Map<string, string>();
  before(async () => {
    world = await migrationWorld({
      org: {
        bulk: { jobMs: 5, pageRows: 200, batchMs: 100 },
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
  after(async () => {
    for (const each of waiting) each.kill('SIGKILL');
    await world.close();
  });

  it(`with SIGKILL ${kills} times each, at random instants of their work, leave the old URL, the new one or a user’s everywhere, and send no job twice`, async () => {
    const written = await addDocuments(world, documents, { accounts: 30 });
    const theirs = written.filter((_, nth) => nth % (documents / usersOwn) === 0).map(({ id }) => id);
    await world.run();
    const old = new Map(written.map(({ id, key }) => [id, sourceUrl(key)]));
    const random = seededRandom(11);
    const hits = { switch: 0, rollback: 0 };
    waiting.push(start(), start());
    for (let task: Task = 'switch'; hits.switch < kills || hits.rollback < kills;) {
      const isKilled = await killed(task, random);
      for (const [id, { url }] of linksInOrg(world)) {
        const expected = edits.has(id) ? [edits.get(id)] : [old.get(id), `${LINK_BASE}/d/${id}`];
        expect(expected, `after kill ${hits[task]} of a ${task}`).to.include(url);
      }
      if (isKilled) hits[task] += 1;
      const edited = theirs[(hits.switch + hits.rollback) % usersOwn] ?? '';
      edits.set(edited, `https://somewhere.example.com/${edits.size}-${hits[task]}.pdf`);
      world.org.records.update(edited, { Document__c: edits.get(edited) ?? null });
      // a run that was through before the signal came is no kill: its records are written back, under the next kills
      if (isKilled && hits[task] % kills > 0) continue;
      await finished(task);
      const ours = [...writes].filter(([write]) => !theirs.includes(write.slice(0, 18)));
      for (const [write, times] of ours) expect(times, write).to.equal(1);
      expect(ours.length, `records that the ${task} wrote`).to.equal(documents - usersOwn);
      writes.clear();
      task = task === 'switch' ? 'rollback' : 'switch';
    }
    await runRollback(world);
    expect(edits.size).to.equal(usersOwn);
    for (const [id, { url }] of linksInOrg(world)) expect(url).to.equal(edits.get(id) ?? old.get(id));
  });

  /** @returns whether the signal came while the child was at work */
  async function killed(task: Task, random: () => number): Promise<boolean> {
    const running = waiting.shift() ?? start();
    waiting.push(start());
    const ended = once(running, 'close');
    const before = world.org.requests.count('bulk.ingest.create');
    running.stdin.write(task);
    // the first job shows that it is at work: kills then hit every step of the protocol
    await Promise.race([ended, moved(() => world.org.requests.count('bulk.ingest.create') > before)]);
    await Promise.race([ended, sleep(random() * 400)]);
    running.kill('SIGKILL');
    await ended;
    expect(running.exitCode ?? 0, 'a child that fails by itself proves nothing').to.equal(0);
    return running.signalCode === 'SIGKILL';
  }

  function start(): Child {
    return spawn(
      process.execPath,
      ['--no-warnings', '--conditions=@file-migration/source', child, JSON.stringify(childPlace(world))],
      {
        stdio: ['pipe', 'ignore', 'ignore'],
        // types are stripped once, not forty times
        env: { ...process.env, NODE_COMPILE_CACHE: join(world.folder, 'compiled') },
      },
    );
  }

  /** Runs to the end in this process; afterwards journal, catalog and org agree on every document. */
  async function finished(task: Task): Promise<void> {
    const result = await (task === 'switch' ? runSwitch(world) : runRollback(world));
    expect(result).to.include({ failed: 0, absent: 0 });
    expect(['completed', 'completed_with_failures']).to.include(result.status);
    const links = linksInOrg(world);
    await world.look(async (catalog) => {
      expect(await catalog.counts()).to.deep.equal(await catalog.recount());
      expect(await catalog.unfinishedJobs()).to.deep.equal([]);
      for (const [id, { url }] of links) {
        if (edits.has(id)) continue;
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
