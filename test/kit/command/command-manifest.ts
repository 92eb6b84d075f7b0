import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const manifest = join(import.meta.dirname, '../../../plugin/oclif.manifest.json');

/** A command as `oclif manifest` describes it, as far as generated files need it. */
export type ManifestCommand = {
  readonly id: string;
  readonly summary: string;
  readonly aliases: readonly string[];
  readonly flags: Readonly<Record<string, { readonly char?: string; readonly aliases?: readonly string[] }>>;
};

/** The commands of the built plugin, by name. `npm run build` writes the manifest. */
export async function manifestCommands(): Promise<ManifestCommand[]> {
  const { commands } = JSON.parse(await readFile(manifest, 'utf8')) as { commands: Record<string, ManifestCommand> };
  return Object.values(commands).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The command as typed after `sf migrate files`: `migrate:files:switch:relink` → `switch relink`. */
export function shortName({ id }: ManifestCommand): string {
  return id.split(':').slice(2).join(' ');
}
