import { expect } from 'chai';
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment } from '@file-migration/kit/command/command-world';

const root = join(import.meta.dirname, '../..');

describe('the packed plugin', function () {
  let folder: string;
  let installed: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'packed-'));
    const pack = ['--no-warnings', join(root, 'scripts/pack-plugin.ts'), '--destination', folder];
    const tarball = execFileSync(process.execPath, pack, { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
    execFileSync('tar', ['xzf', tarball, '-C', folder]);
    installed = join(folder, 'package');
    // the dependencies as they are here, but not the workspace that npm would not find
    symlinkSync(join(root, 'plugin/node_modules'), join(installed, 'node_modules'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function run(...args: readonly string[]): SpawnSyncReturns<string> {
    const command = [join(installed, 'bin/run.js'), 'migrate', 'files', ...args];
    return spawnSync(process.execPath, command, { cwd: folder, env: bareEnvironment(folder), encoding: 'utf8' });
  }

  it('imports nothing but what it depends on, and that is published', () => {
    const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(dependencies).to.not.have.property('@file-migration/config');
    const imported = new Set(['zod']); // required by a name that no pattern finds
    for (const name of readdirSync(join(installed, 'lib'), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.js')) continue;
      const text = readFileSync(join(installed, 'lib', name), 'utf8');
      for (const [, always, later = ''] of text.matchAll(IMPORT)) {
        const found = always ?? later;
        if (!found.startsWith('.') && !isBuiltin(found)) imported.add(packageOf(found));
      }
    }
    expect(imported).to.include('better-sqlite3');
    expect(Object.keys(dependencies)).to.include.members([...imported]);
  });

  it('brings its messages, schemas and manifest', () => {
    expect(readdirSync(installed)).to.include.members([
      'bin',
      'lib',
      'messages',
      'schemas',
      'oclif.manifest.json',
      'LICENSE',
    ]);
    expect(readdirSync(join(installed, 'schemas'))).to.include('migrate-files-backup.json');
  });

  it('shows its help, reads a config and tells the status', () => {
    const help = run('--help');
    expect(help.status, help.stderr).to.equal(0);
    expect(help.stdout).to.include('migrate files backup');
    writeFileSync(
      join(folder, 'migration.json'),
      JSON.stringify({ target: { bucket: 'own-files', region: 'us-east-1' } }),
    );
    const status = run('status');
    expect(status.status, status.stderr).to.equal(0);
    expect(status.stdout).to.include('No backup has been made yet');
  });
});

/** What is imported at once, or when it is needed. */
const IMPORT = /^(?:import|export) [^'"]*["']([^'"]+)["'];$|\bimport\("([^"]+)"\)/gm;

/** `@scope/name/file` is of `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
