import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OWNER_FOLDER, migrationConfig, type MigrationConfigInput } from '@file-migration/config';
import { filesIn } from '@file-migration/kit/migration/audit';
import { TARGET, VENDOR, addDocuments, sourceUrl, type Written } from '@file-migration/kit/migration/migration-world';
import { provingRedirect, type ProvingRedirect } from '@file-migration/kit/migration/proving-redirect';
import { linksInOrg } from '@file-migration/kit/migration/switch';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import { commandWorld, expectCode, json, type CommandWorld } from '@file-migration/kit/command/command-world';

const documents = 20;

/* One story, told in order: the catalog of a migration that is switched is put back from an older copy, then lost. */
describe('After a switch, a catalog that is older than the org', () => {
  let world: CommandWorld;
  let redirect: ProvingRedirect;
  let written: Written[];
  const catalog = (): string => join(world.folder, 'migration_tracking.db');
  const copy = (): string => join(world.folder, 'copy.db');

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
    written = await addDocuments(world, documents);
    expectCode(await world.run('backup', '--no-publish'), 0);
    await copyFile(catalog(), copy());
    expectCode(await world.run('switch', '--execute', '--no-backup', '--no-publish'), 0);
  });
  after(async () => {
    redirect.close();
    await world.close();
  });

  const linked = (): number => [...linksInOrg(world).values()].filter(({ url }) => url.startsWith(redirect.url)).length;

  async function states(): Promise<object> {
    const reader = await openCatalogReader(catalog());
    const { states: counted } = await reader.counts();
    await reader.close();
    return counted;
  }

  async function putBack(file: string): Promise<void> {
    for (const suffix of ['', '-wal', '-shm', '.lock']) await rm(catalog() + suffix, { force: true });
    await copyFile(file, catalog());
  }

  /** The catalog is gone, from a bucket of the time before it said who owns its files. */
  async function lose(): Promise<void> {
    for (const suffix of ['', '-wal', '-shm', '.lock']) await rm(catalog() + suffix, { force: true });
    for (const { key } of world.store.list(TARGET, `uploads/${OWNER_FOLDER}`)) world.store.remove(TARGET, key);
  }

  const files = (): string[] => filesIn(world.store).sort();

  const refused = [['backup'], ['verify'], ['switch'], ['rollback', '--from-database', '--execute']];

  it('is refused at the first command, by the rollback lines in the bucket', async () => {
    await copyFile(catalog(), join(world.folder, 'newest.db'));
    await putBack(copy());
    for (const args of refused) {
      const ended = await world.run(...args, ...(args.includes('verify') ? ['--no-publish'] : []));
      expectCode(ended, 70);
      expect(ended.stderr, args.join(' '))
        .to.match(/is an older copy: it ends with no job at all, and the bucket holds the rollback lines of its job 1/)
        .and.to.include('sf migrate files recover');
    }
    expect(linked()).to.equal(documents);
  });

  it('is refused by the runs that Salesforce shows', async () => {
    await putBack(join(world.folder, 'newest.db'));
    expectCode(await world.run('verify'), 0);
    await putBack(join(world.folder, 'newest.db'));
    for (const args of [['backup'], ['publish', '--all']]) {
      const ended = await world.run(...args);
      expectCode(ended, 70);
      expect(ended.stderr).to.match(/it ends with run 2, and Salesforce shows its run 3/);
    }
  });

  it('is made anew: every document is recognized, by what its record holds', async () => {
    await lose();
    const before = files();
    expectCode(await world.run('backup', '--no-publish'), 0);
    expect(await states()).to.include({ switched: documents, broken: 0, skipped: 0 });
    expect(files()).to.deep.equal(before);
    const verified = json(await world.run('verify', '--orphans', '--no-publish', '--json'));
    expect(verified.result).to.deep.include({ status: 'completed', findings: {} });
  });

  it('and does not call a rollback done while links stand that it has not written', async () => {
    const plan = await world.run('rollback', '--from-database');
    expectCode(plan, 0);
    expect(plan.stdout).to.match(/not in the journal +20 +\(hold our link, written before this catalog/);
    const ended = await world.run('rollback', '--from-database', '--execute', '--json');
    expectCode(ended, 68);
    expect(json(ended).result).to.include({ status: 'completed_with_failures', confirmed: 0, unjournaled: documents });
    expect(linked()).to.equal(documents);
    const relink = await world.run('switch', 'relink', '--json');
    expect(json(relink).result, 'they are as they should be').to.include({ write: 0, unjournaled: 0 });
  });

  it('a file that is gone at the vendor leaves its document as it is, not skipped', async () => {
    await lose();
    const [first] = written;
    world.store.remove(VENDOR, first!.key);
    expectCode(await world.run('backup', '--no-publish'), 68);
    expect(await states()).to.include({ switched: documents - 1, broken: 1, skipped: 0 });
    expect(linksInOrg(world).get(first!.id)?.original).to.equal(sourceUrl(first!.key));
  });
});
