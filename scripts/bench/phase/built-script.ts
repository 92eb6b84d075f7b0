import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bundle } from '../../build/bundle.ts';

const plugin = join(import.meta.dirname, '../../../plugin');
const built = new Map<string, Promise<string>>();

/**
 * Makes of a script what `npm run build` makes of the plugin, so that the plugin's code is measured as it is installed.
 * @returns the file to be run
 */
export function builtScript(script: string): Promise<string> {
  const known = built.get(script) ?? build(script);
  built.set(script, known);
  return known;
}

async function build(script: string): Promise<string> {
  const name = basename(script, '.ts');
  // within the plugin, whose packages it is to find
  const into = join(plugin, '.bench', name);
  await rm(into, { recursive: true, force: true });
  await bundle({ entries: { [name]: script, worker: join(plugin, 'src/catalog/worker.ts') }, into });
  return join(into, `${name}.js`);
}
