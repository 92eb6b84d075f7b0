import { CommandHelp, Help } from '@oclif/core/help';

/** The help of a command with its exit codes, as the sf CLI shows it, for `bin/run.js` without that CLI. */
class MigrateCommandHelp extends CommandHelp {
  protected override sections(): ReturnType<CommandHelp['sections']> {
    return [
      ...super.sections(),
      {
        header: 'ERROR CODES',
        generate: ({ cmd }) => cmd.errorCodes as ReturnType<typeof this.generate>,
      },
    ];
  }
}

export default class MigrateHelp extends Help {
  protected override CommandHelpClass = MigrateCommandHelp;
}
