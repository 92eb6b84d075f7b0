import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SNAPSHOT_FOLDER, migrationConfig, type MigrationConfigInput } from '@file-migration/config';
import { commandWorld, expectCode, json, type CommandWorld } from '@file-migration/kit/command/command-world';
import { filesIn } from '@file-migration/kit/migration/audit';
import { TARGET, addDocuments, sourceUrl, type Written } from '@file-migration/kit/migration/migration-world';
import { provingRedirect, type ProvingRedirect } from '@file-migration/kit/migration/proving-redirect';
import { linksInOrg } from '@file-migration/kit/migration/switch';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import type { RecoverCommandResult } from '../../plugin/src/commands/migrate/files/recover.ts';

/* One story, told in order: the machine is lost after a switch, another one recovers, and the first comes back. */
describe('recover, on another machine', () => {
  let world: CommandWorld;
  let redirect: ProvingRedirect;
  const written: Written[] = [];
  const file = (): string => join(world.folder, 'migration_tracking.db');

  before(async () => {
    redirect = await provingRedirect(() => {
      const config = readFileSync(join(world.folder, 'migration.json'), 'utf8');
      return { ...world, config: migrationConfig(JSON.parse(config) as MigrationConfigInput) };
    });
    world = await commandWorld({
      config: {
        link: { baseUrl: redirect.url },
        switch: {
          canaryRereadMinutes: 0,
          gates: { driftMaximumShare: 1, permittedUsersMinimumShare: 0, redirectSample: 3, journalFreeMb: 1 },
        },
      },
    });
    written.push(...(await addDocuments(world, 12)));
    expectCode(await world.run('backup', '--no-publish'), 0);
    const [first] = snapshots();
    written.push(...(await addDocuments(world, 4, { prefix: 'later' })));
    expectCode(await world.run('backup', '--no-publish'), 0);
    expectCode(await world.run('switch', '--execute', '--no-backup', '--no-publish'), 0);
    expect(snapshots(), 'one behind each run').to.have.length(3);
    for (const key of snapshots()) if (key !== first) world.store.remove(TARGET, key);
  });
  after(async () => {
    redirect.close();
    await world.close();
  });

  const snapshots = (): string[] => [...world.store.list(TARGET, `uploads/${SNAPSHOT_FOLDER}`)].map(({ key }) => key);
  const linked = (): number => [...linksInOrg(world).values()].filter(({ url }) => url.startsWith(redirect.url)).length;
  async function recovered(...args: string[]): Promise<RecoverCommandResult> {
    const ended = await world.run('recover', '--json', ...args);
    expectCode(ended, 0);
    return json(ended).result as RecoverCommandResult;
  }
  async function lose(): Promise<void> {
    for (const suffix of ['', '-wal', '-shm', '.lock']) await rm(file() + suffix, { force: true });
  }
  async function counts() {
    const reader = await openCatalogReader(file());
    try {
      const kept = await reader.counts();
      expect(kept, 'kept counters against a recount').to.deep.equal(await reader.recount());
      return kept;
    } finally {
      await reader.close();
    }
  }

  it('shows what it would find, and writes nothing', async () => {
    await rename(file(), join(world.folder, 'former.db'));
    await lose();
    const before = [...world.store.list(TARGET)];
    const { from, executed, rebuilt } = await recovered();
    expect({ from, executed }).to.deep.equal({ from: 'snapshot', executed: false });
    expect(rebuilt).to.include({ discovered: 16, created: 4, adopted: 4, rebuiltLinks: 16 });
    expect(rebuilt.undecided).to.deep.equal([]);
    expect(existsSync(file())).to.equal(false);
    expect([...world.store.list(TARGET)]).to.deep.equal(before);
    expect((await readdir(world.folder)).filter((name) => name.startsWith('.catalog'))).to.deep.equal([]);
  });

  it('brings an older snapshot up to date with bucket and org, and copies nothing', async () => {
    const before = filesIn(world.store).sort();
    const { from, rebuilt } = await recovered('--execute');
    expect(from).to.equal('snapshot');
    expect(rebuilt).to.include({ adopted: 4, rebuiltLinks: 16 });
    expect((await counts()).states).to.include({ switched: 16, broken: 0, discovered: 0 });
    expect(filesIn(world.store).sort()).to.deep.equal(before);
    expectCode(await world.run('backup', '--no-publish'), 0);
    expect(filesIn(world.store).sort(), 'the next backup copies nothing twice').to.deep.equal(before);
  });

  it('leaves the former machine unable to write anything', async () => {
    const config = JSON.parse(readFileSync(join(world.folder, 'migration.json'), 'utf8')) as object;
    await writeFile(join(world.folder, 'former.json'), JSON.stringify({ ...config, catalog: { file: 'former.db' } }));
    const objects = [...world.store.list(TARGET)];
    const commands = [
      ['backup', '--no-publish'],
      ['rollback', '--from-database', '--execute', '--no-publish'],
    ];
    for (const args of commands) {
      const ended = await world.run(...args, '--config-file', 'former.json');
      expectCode(ended, 70);
      expect(ended.stderr).to.include('sf migrate files recover');
    }
    expect([...world.store.list(TARGET)]).to.deep.equal(objects);
    expect(linked()).to.equal(16);
  });

  it('can undo every link that the lost catalog wrote', async () => {
    const ended = await world.run('rollback', '--from-database', '--execute', '--no-publish', '--json');
    expectCode(ended, 0);
    expect(json(ended).result).to.include({ confirmed: 16, unjournaled: 0 });
    const urls = new Map([...linksInOrg(world)].map(([id, { url }]) => [id, url]));
    for (const { id, key } of written) expect(urls.get(id)).to.equal(sourceUrl(key));
  });

  it('does the same from bucket and org alone, and verify proves the copies again', async () => {
    await lose();
    for (const key of snapshots()) world.store.remove(TARGET, key);
    world.store.seed(TARGET, 'uploads/stray.pdf', { bytes: 'nobody’s' });
    const before = filesIn(world.store).sort();
    expectCode(await world.run('backup', '--no-publish'), 70);
    const ended = await world.run('recover', '--execute', '--json');
    expectCode(ended, 68);
    const { from, rebuilt } = json(ended).result as RecoverCommandResult;
    expect(from).to.equal('nothing');
    expect(rebuilt).to.include({ discovered: 16, adopted: 16 });
    expect(rebuilt.undecided).to.deep.equal([{ key: 'uploads/stray.pdf', reason: 'not-marked' }]);
    expect((await counts()).evidence).to.include({ E: 16 });
    await world.run('verify', '--no-orphans', '--no-publish');
    expect((await counts()).states).to.include({ verified: 16, copied: 0 });
    expect(filesIn(world.store).sort()).to.deep.equal(before);
  });
});
