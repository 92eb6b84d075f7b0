/*
 * Packs the plugin as it is published: `npm run pack:plugin [-- --destination DIR]`. The last line is the tarball's path.
 *
 * npm leaves workspaces out of a tarball, bundled or not, so the package may not depend on `@file-migration/config`, which
 * the build has made part of the plugin.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

type Package = {
  dependencies: Record<string, string>;
  devDependencies?: object;
  files: string[];
  [key: string]: unknown;
};

const configName = '@file-migration/config';
const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { destination: { type: 'string', default: root } } });

const stage = await mkdtemp(join(tmpdir(), 'pack-plugin-'));
try {
  const plugin = await readPackage('plugin');
  const config = await readPackage('config');
  for (const part of plugin.files) await cp(join(root, 'plugin', part), join(stage, part), { recursive: true });
  await cp(join(root, 'LICENSE'), join(stage, 'LICENSE'));
  await writeFile(join(stage, 'package.json'), `${JSON.stringify(published(plugin, config), undefined, 2)}\n`);
  const destination = resolve(values.destination);
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', destination], {
    cwd: stage,
    encoding: 'utf8',
  });
  const [tarball] = JSON.parse(packed) as { filename: string }[];
  process.stdout.write(`${join(destination, tarball?.filename ?? '')}\n`);
} finally {
  await rm(stage, { recursive: true, force: true });
}

async function readPackage(workspace: string): Promise<Package> {
  return JSON.parse(await readFile(join(root, workspace, 'package.json'), 'utf8')) as Package;
}

/** Config's dependencies become the plugin's own. */
function published(plugin: Package, config: Package): object {
  const all = Object.entries({ ...config.dependencies, ...plugin.dependencies });
  const dependencies = Object.fromEntries(all.filter(([name]) => name !== configName));
  return { ...plugin, devDependencies: undefined, dependencies };
}
