/*
 * Packs the plugin as it is published: `npm run pack:plugin [-- --destination DIR]`. The last line is the tarball's path.
 *
 * npm leaves workspaces out of a tarball, bundled or not, so the package may not depend on them: the build has made them
 * part of the plugin.
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

/** Workspaces that the build makes part of the plugin, and where they are. */
const included = { '@file-migration/config': 'config', '@file-migration/http': 'plugin/http' };
const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { destination: { type: 'string', default: root } } });

const stage = await mkdtemp(join(tmpdir(), 'pack-plugin-'));
try {
  const plugin = await readPackage('plugin');
  const parts = await Promise.all(Object.values(included).map(readPackage));
  for (const part of plugin.files) await cp(join(root, 'plugin', part), join(stage, part), { recursive: true });
  await cp(join(root, 'LICENSE'), join(stage, 'LICENSE'));
  await writeFile(join(stage, 'package.json'), `${JSON.stringify(published(plugin, parts), undefined, 2)}\n`);
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

/** The dependencies of the parts become the plugin's own. */
function published(plugin: Package, parts: readonly Package[]): object {
  const all = [...parts, plugin].flatMap((each) => Object.entries(each.dependencies));
  const dependencies = Object.fromEntries(all.filter(([name]) => !(name in included)));
  return { ...plugin, devDependencies: undefined, dependencies };
}
