import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

describe('The tarball of the redirect service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redirect-tarball-'));
  let files: string[];
  let tarball: string;

  before(async () => {
    await run('tsc', ['-b', 'config', 'middleware'], { cwd: ROOT });
    const { stdout } = await run(process.execPath, ['scripts/redirect/pack.ts', '--destination', folder], {
      cwd: ROOT,
    });
    tarball = stdout.trim().split('\n').at(-1) ?? '';
    files = (await run('tar', ['-tzf', tarball])).stdout.trim().split('\n');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what it needs to run and to be read, the config package included, and nothing of the build', () => {
    for (const needed of [
      'package/README.md',
      'package/LICENSE',
      'package/bin/serve.js',
      'package/lib/serve.js',
      'package/node_modules/@file-migration/config/lib/index.js',
    ]) {
      expect(files, needed).to.include(needed);
    }
    expect(files.filter((file) => /\.map$|tsbuildinfo|\.ts$/.test(file) && !file.endsWith('.d.ts'))).to.deep.equal([]);
  });

  it('names its dependencies in the versions of the lockfile, and brings the config package inside', async () => {
    await run('tar', ['-xzf', tarball, '-C', folder]);
    const { stdout } = await run('cat', [join(folder, 'package/package.json')]);
    const { dependencies } = JSON.parse(stdout) as { dependencies: Record<string, string> };
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).to.deep.equal([]);
    const entry = join(folder, 'package/node_modules/@file-migration/config/package.json');
    expect((await run('cat', [entry])).stdout).to.include('"name": "@file-migration/config"');
  });
});
