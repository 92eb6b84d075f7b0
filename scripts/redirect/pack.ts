/*
 * Packs the redirect service so that it installs in an empty folder: `npm run pack:middleware [-- --destination DIR]`. The
 * last line is the tarball's path.
 *
 * The config package is published nowhere, so it comes inside of the tarball. Direct dependencies are pinned to the
 * versions of the lockfile, which are the ones that were tested.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

type Package = {
  name: string;
  dependencies: Record<string, string>;
  files: string[];
  [key: string]: unknown;
};

type Lockfile = { packages: Record<string, { version?: string } | undefined> };

const CONFIG = '@file-migration/config';
const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { destination: { type: 'string', default: root } } });

const stage = await mkdtemp(join(tmpdir(), 'pack-middleware-'));
try {
  const lockfile = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lockfile;
  const middleware = await readPackage('middleware');
  const config = await readPackage('config');
  await take('middleware', ['README.md', ...middleware.files], stage);
  await cp(join(root, 'LICENSE'), join(stage, 'LICENSE'));
  await write(stage, {
    ...middleware,
    devDependencies: undefined,
    dependencies: { ...pinned('config', config), ...pinned('middleware', middleware), [CONFIG]: config.version },
    bundleDependencies: [CONFIG],
  });
  const inside = join(stage, 'node_modules', CONFIG);
  await take('config', ['lib'], inside);
  await write(inside, { ...config, devDependencies: undefined, dependencies: pinned('config', config) });

  const destination = resolve(values.destination);
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', destination], {
    cwd: stage,
    encoding: 'utf8',
  });
  const [tarball] = JSON.parse(packed) as { filename: string }[];
  process.stdout.write(`${join(destination, tarball?.filename ?? '')}\n`);

  function pinned(workspace: string, { dependencies }: Package): Record<string, string> {
    const versionOf = (name: string): string | undefined =>
      (lockfile.packages[`${workspace}/node_modules/${name}`] ?? lockfile.packages[`node_modules/${name}`])?.version;
    return Object.fromEntries(
      Object.entries(dependencies)
        .filter(([name]) => name !== CONFIG)
        .map(([name, range]) => [name, versionOf(name) ?? range]),
    );
  }
} finally {
  await rm(stage, { recursive: true, force: true });
}

async function readPackage(workspace: string): Promise<Package> {
  return JSON.parse(await readFile(join(root, workspace, 'package.json'), 'utf8')) as Package;
}

/** Without source maps, whose sources do not come along, and without what the compiler keeps for itself. */
async function take(workspace: string, parts: readonly string[], to: string): Promise<void> {
  for (const part of parts) {
    await cp(join(root, workspace, part), join(to, part), {
      recursive: true,
      filter: (file) => !/\.map$|\.tsbuildinfo$/.test(file),
    });
  }
}

async function write(folder: string, content: object): Promise<void> {
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(content, undefined, 2)}\n`);
}
