import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { commandDocs } from './command-docs.ts';
import { commandSchemas } from './command-schemas.ts';
import { commandSnapshot } from './command-snapshot.ts';

const root = join(import.meta.dirname, '../..');

/** A file of the repository that is written from the commands. */
export type GeneratedFile = { readonly path: string; readonly content: string };

/** Everything that is generated from the built plugin, ready to write or to compare. */
export async function* generatedFiles(): AsyncGenerator<GeneratedFile> {
  yield await formatted('plugin/command-snapshot.json', JSON.stringify(await commandSnapshot()));
  yield await formatted('docs/commands.md', await commandDocs());
  for (const [name, schema] of await commandSchemas()) {
    yield await formatted(`plugin/schemas/migrate-files-${name.replaceAll(' ', '-')}.json`, JSON.stringify(schema));
  }
}

async function formatted(path: string, content: string): Promise<GeneratedFile> {
  const filepath = join(root, path);
  const style = await resolveConfig(filepath);
  return { path, content: await format(content, { ...style, filepath }) };
}
