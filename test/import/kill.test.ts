import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import Database from 'better-sqlite3';
import { auditAfterKill } from '@file-migration/kit/migration/audit';
import {
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  childPlace,
  type MigrationWorld,
  type Written,
} from '@file-migration/kit/migration/migration-world';
import { seededRandom } from '@file-migration/stand-ins/faults/random';
import { addOldRow, oldKey, oldSchema, runImport } from '@file-migration/kit/migration/import';

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const kills = 4;
// two pages of rows, so that kills hit both within and behind a commit
const documents = 900;

describe('an import that is killed', () => {
  let world: MigrationWorld;
  let written: Written[];
  let database: string;
  beforeEach(async () => {
    world = await migrationWorld();
    written = await addDocuments(world, documents);
    database = join(world.folder, 'old.db');
    const old = new Database(database);
    old.exec(oldSchema);
    old.transaction(() => {
      for (const document of written) {
        addOldRow(old, world, document);
        world.store.seed(TARGET, oldKey(document), { bytes: world.store.read(VENDOR, document.key) });
      }
    })();
    old.close();
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 60 } }]);
  });
  afterEach(() => world.close());

  it(`with SIGKILL ${kills} times adopts every row once, each with one copy, byte-equal`, async () => {
    const random = seededRandom(11);
    let duringCopies = 0;
    for (let kill = 0; kill < kills; kill++) {
      const before = copies();
      const aim = before + 20 + random() * 150;
      const running = spawn(
        process.execPath,
        [
          '--no-warnings',
          '--conditions=@file-migration/source',
          child,
          JSON.stringify({ ...childPlace(world), database }),
        ],
        { stdio: 'ignore' },
      );
      const ended = once(running, 'close');
      // the first before the catalog may be open, the others some copies into their work
      const amid = kill === 0 ? sleep(400) : until(() => copies() >= aim, running);
      await Promise.race([ended, amid]);
      running.kill('SIGKILL');
      await ended;
      if (copies() > before && copies() < documents) duringCopies += 1;
      await auditAfterKill(world);
    }
    expect(duringCopies, 'kills amid copies').to.be.at.least(2);
    world.store.setFaults([]);
    const result = await runImport(world, database);
    expect(result.status).to.equal('completed');
    expect(result.adopted + result.known).to.equal(documents);
    expect(copies(), 'one copy for each').to.equal(documents);
    const rows = await world.look((catalog) => catalog.documents({ limit: 1_000 }));
    expect(rows).to.have.length(documents);
    const source = new Map(written.map(({ id, key }) => [id, key]));
    for (const { id, key, state } of rows) {
      expect(state).to.equal('copied');
      const bytes = world.store.read(TARGET, key ?? '');
      expect(bytes.equals(world.store.read(VENDOR, source.get(id) ?? ''))).to.equal(true);
    }
  });

  /** Objects in the target beside those of the scripts and the product's own. */
  function copies(): number {
    const old = new Set(written.map(oldKey));
    return [...world.store.list(TARGET)].filter(({ key }) => !old.has(key) && !key.includes('/.file-migration/'))
      .length;
  }
});

/** Also over when the process has ended by itself. */
async function until(reached: () => boolean, running: ChildProcess): Promise<void> {
  while (running.exitCode === null && !reached()) await sleep(20);
}
