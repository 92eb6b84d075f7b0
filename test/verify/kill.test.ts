import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { documentId } from '@file-migration/config';
import {
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  childPlace,
  content,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { runVerify } from '@file-migration/kit/migration/verify';

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const kills = 3;
const documents = 1_200;

describe('A verification that is killed', () => {
  let world: MigrationWorld;
  before(async () => {
    world = await migrationWorld();
  });
  after(() => world.close());

  it(`with SIGKILL ${kills} times goes on where it stood, keeps what it found, and compares everything`, async () => {
    const written = await addDocuments(world, documents);
    await world.run();
    const keyOf = async (id: string): Promise<string> =>
      (await world.look((catalog) => catalog.document(documentId(id))))?.key ?? '';
    // one finding at each end, so that one is made before the kills and one after them
    const byId = written.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const [first, last] = [byId[0]!, byId.at(-1)!];
    world.store.seed(VENDOR, first.key, { bytes: content('another', 300), checksum: 'none' });
    world.store.seed(TARGET, await keyOf(last.id), { bytes: content('somebody else', 300) });
    world.store.setFaults([{ match: { operation: 'GetObject' }, fault: { kind: 'latency', milliseconds: 25 } }]);

    let stood = '';
    for (let kill = 0; kill < kills; kill++) {
      // the first before anything is written down, each later one behind another page
      await killedWhen((run, after) => run === 'running' && (kill === 0 || after > stood));
      await world.look(async (catalog) => {
        expect(await catalog.counts(), `after kill ${kill}`).to.deep.equal(await catalog.recount());
        expect((await catalog.runs(1))[0]).to.include({ type: 'verify', status: 'interrupted' });
        const after = (await catalog.unfinishedVerification())?.after ?? '';
        expect(kill === 0 ? after === '' : after > stood, `kill ${kill} at ${after}`).to.equal(true);
        stood = after;
      });
    }

    world.store.setFaults([]);
    const result = await runVerify(world, { mode: 'full' });
    expect(result).to.deep.include({ status: 'completed_with_failures', resumed: true });
    expect(result.run.processed, 'what stood before is not compared once more').to.equal(
      byId.filter(({ id }) => id > stood).length,
    );
    const processed = await world.look(async (catalog) =>
      (await catalog.runs(10))
        .filter(({ type }) => type === 'verify')
        .reduce((sum, { counters }) => sum + counters.processed, 0),
    );
    expect(processed, 'each was compared, and none counted twice').to.equal(documents);
    await world.look(async (catalog) => {
      expect((await catalog.document(documentId(first.id)))?.state).to.equal('changed');
      expect((await catalog.document(documentId(last.id)))?.state).to.equal('failed');
      const counts = await catalog.counts();
      expect(counts.states).to.include({ verified: documents - 2, changed: 1, failed: 1 });
      expect(counts).to.deep.equal(await catalog.recount());
    });
    expect(await world.look((catalog) => catalog.unfinishedVerification())).to.equal(undefined);
  });

  /** Starts a verification and kills it when it stands as wanted. */
  async function killedWhen(stands: (status: string | undefined, after: string) => boolean): Promise<void> {
    const running = spawn(
      process.execPath,
      ['--no-warnings', '--conditions=@file-migration/source', child, JSON.stringify(childPlace(world))],
      { stdio: 'ignore' },
    );
    const ended = once(running, 'close');
    while (running.exitCode === null) {
      const there = await world.look(async (catalog) => {
        const [run] = await catalog.runs(1);
        const pass = await catalog.unfinishedVerification();
        return stands(run?.type === 'verify' ? run.status : undefined, pass?.after ?? '');
      });
      if (there) break;
      await sleep(10);
    }
    running.kill('SIGKILL');
    await ended;
  }
});
