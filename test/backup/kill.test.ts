import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { seededRandom } from '../stand-ins/faults/random.ts';
import { audit, auditAfterKill, filesIn } from './audit.ts';
import { TARGET, addDocuments, backupWorld, childPlace, type BackupWorld } from './world.ts';

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const kills = 20;
const documents = 400;

describe('a backup that is killed', function () {
  this.timeout(180_000);
  let world: BackupWorld;
  beforeEach(async () => {
    // slow enough that kills hit every stage, small pages so that they hit discovery too
    world = await backupWorld({ org: { bulk: { jobMs: 50, pageRows: 20 } } });
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 40 } }]);
  });
  afterEach(() => world.close());

  it(`with SIGKILL at ${kills} random instants copies every document once, byte-equal, and nothing is "running"`, async () => {
    await addDocuments(world, documents);
    const random = seededRandom(7);
    for (let kill = 0; kill < kills; kill++) {
      const running = start(world);
      const ended = once(running, 'close');
      // from before the catalog is open to the middle of copying
      await Promise.race([ended, sleep(250 + random() * 900)]);
      running.kill('SIGKILL');
      await ended;
      await auditAfterKill(world);
    }
    world.store.setFaults([]);
    const result = await world.run();
    expect(result.status).to.equal('completed');
    const rows = await audit(world);
    expect(rows.map(({ state }) => state)).to.deep.equal(Array.from({ length: documents }, () => 'verified'));
    expect(filesIn(world.store), 'files in the target').to.have.length(documents);
    expect(world.store.unfinishedUploads(TARGET)).to.deep.equal([]);
  });
});

function start(world: BackupWorld): ChildProcess {
  return spawn(
    process.execPath,
    ['--no-warnings', '--conditions=@file-migration/source', child, JSON.stringify(childPlace(world))],
    { stdio: 'ignore' },
  );
}
