import { manifestCommands } from '@file-migration/kit/command/command-manifest';

/**
 * What scripts of users depend on: commands, flags, flag characters, aliases. A change of this file in a review is a
 * change of the interface. The form is that of `@salesforce/plugin-command-snapshot`.
 */
export async function commandSnapshot(): Promise<object[]> {
  const commands = await manifestCommands();
  return commands.map(({ id, aliases, flags }) => ({
    alias: [...aliases],
    command: id,
    flagAliases: Object.values(flags)
      .flatMap((flag) => flag.aliases ?? [])
      .sort(),
    flagChars: Object.values(flags)
      .flatMap(({ char }) => char ?? [])
      .sort(),
    flags: Object.keys(flags).sort(),
    plugin: '@file-migration/plugin',
  }));
}
