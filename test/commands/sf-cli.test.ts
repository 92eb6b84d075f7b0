import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filesIn } from '@file-migration/kit/migration/audit';
import { addDocuments } from '@file-migration/kit/migration/migration-world';
import { INTEGRATION_USER } from '@file-migration/kit/org/org-world';
import { commandWorld, type CommandWorld } from '@file-migration/kit/command/command-world';

const root = join(import.meta.dirname, '../..');
const sf = join(root, 'node_modules/.bin/sf');

describe('the plugin, linked into the real sf CLI', () => {
  let world: CommandWorld;
  let home: string;
  before(async () => {
    world = await commandWorld();
    await addDocuments(world, 12);
    // a home where nobody is logged in yet
    home = await mkdtemp(join(tmpdir(), 'sf-home-'));
  });
  after(async () => {
    await world.close();
    await rm(home, { recursive: true, force: true });
  });

  async function run(...args: readonly string[]): Promise<string> {
    const env = {
      ...world.environment,
      HOME: home,
      CI: 'true',
      OCLIF_DISABLE_LINKED_ESM_WARNING: '1',
      SF_ACCESS_TOKEN: world.org.accessTokens[INTEGRATION_USER],
    };
    const { stdout } = await promisify(execFile)(sf, [...args], { cwd: world.folder, env });
    return stdout;
  }

  it('logs in, checks, backs up and shows the status', async () => {
    await run('plugins', 'link', join(root, 'plugin'), '--no-install');
    await run('org', 'login', 'access-token', '--instance-url', world.org.url, '--no-prompt', '--alias', 'linked');
    expect(await run('migrate', 'files', 'doctor', '--target-org', 'linked')).to.match(/Ready: \d+ checks/);
    expect(await run('migrate', 'files', 'backup', '--target-org', 'linked')).to.match(/verified +12/);
    const status = JSON.parse(await run('migrate', 'files', 'status', '--json')) as Record<string, unknown>;
    expect(status).to.nested.include({ status: 0, 'result.overview.counts.documents': 12 });
    expect(filesIn(world.store)).to.have.length(12);
  });
});
