/* Builds the plugin into plugin/lib: a file for each command, and the parts that they share. */
import { glob, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.ts';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'plugin/src');
const into = join(root, 'plugin/lib');

const entries: Record<string, string> = {
  'command/help': join(source, 'command/help.ts'),
  // beside the parts, where the catalog and the coordinator of worker processes look for them
  worker: join(source, 'catalog/worker.ts'),
  'copy-worker': join(source, 'context/copy-worker.ts'),
};
for await (const file of glob('commands/**/*.ts', { cwd: source })) {
  entries[file.replace(/\.ts$/, '').replaceAll('\\', '/')] = join(source, file);
}
await rm(into, { recursive: true, force: true });
await bundle({ entries, into });
