import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { seededRandom } from '@file-migration/stand-ins/faults/random';
import { audit, auditAfterKill, filesIn } from '@file-migration/kit/migration/audit';
import {
  TARGET,
  addDocuments,
  migrationWorld,
  childPlace,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const kills = 20;
const documents = 400;
const mostCopiesPerKill = 12;

describe('a backup that is killed', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    // slow enough that kills hit every stage, small pages so that they hit discovery too
    world = await migrationWorld({ org: { bulk: { jobMs: 50, pageRows: 20 } } });
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 60 } }]);
  });
  afterEach(() => world.close());

  it(`with SIGKILL at ${kills} random instants copies every document once, byte-equal, and nothing is "running"`, async () => {
    await addDocuments(world, documents);
    const random = seededRandom(7);
    let amidCopies = 0;
    for (let kill = 0; kill < kills; kill++) {
      const before = filesIn(world.store).length;
      const aim = before + 1 + random() * mostCopiesPerKill;
      const running = start(world);
      const ended = once(running, 'close');
      // every fifth before the catalog may be open, the others some copies into their work
      if (kill % 5 === 0) await Promise.race([ended, sleep(100 + random() * 600)]);
      else while (running.exitCode === null && filesIn(world.store).length < aim) await sleep(20);
      running.kill('SIGKILL');
      await ended;
      const after = filesIn(world.store).length;
      if (after > before && after < documents) amidCopies += 1;
      await auditAfterKill(world);
    }
    expect(amidCopies, 'kills amid copies').to.be.at.least(kills / 2);
    world.store.setFaults([]);
    const result = await world.run();
    expect(result.status).to.equal('completed');
    const rows = await audit(world);
    expect(rows.map(({ state }) => state)).to.deep.equal(Array.from({ length: documents }, () => 'verified'));
    expect(filesIn(world.store), 'files in the target').to.have.length(documents);
    expect(world.store.unfinishedUploads(TARGET)).to.deep.equal([]);
  });
});

function start(world: MigrationWorld): ChildProcess {
  // few copies at once, so that some are left for the last kill
  const { org, place } = childPlace(world);
  return spawn(
    process.execPath,
    [
      '--no-warnings',
      '--conditions=@file-migration/source',
      child,
      JSON.stringify({ org, place: { ...place, inFlight: 12 } }),
    ],
    { stdio: 'ignore' },
  );
}
