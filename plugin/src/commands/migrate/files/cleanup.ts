import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { configFileFlag, takeOverFlag } from '../../../command/flags.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import { countOf } from '../../../text/quantity.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'cleanup');

const dayMs = 24 * 3_600_000;

export type CleanupCommandResult = {
  /** Everything that ended before this moment was removed; ISO 8601. */
  readonly before: string;
  readonly runs: number;
  readonly errors: number;
};

export default class Cleanup extends MigrateCommand<CleanupCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    days: Flags.integer({ summary: messages.getMessage('flags.days.summary'), min: 1, required: true }),
    'take-over': takeOverFlag,
  };

  public async run(): Promise<CleanupCommandResult> {
    const { flags } = await this.parse(Cleanup);
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: false });
    const { openBoundCatalog } = await import('../../../workbench/bound-catalog.ts');
    await using catalog = await openBoundCatalog(config, { command: this.typed(), takeOver: flags['take-over'] });
    const before = Date.now() - flags.days * dayMs;
    const removed = (await catalog?.cleanup(before)) ?? { runs: 0, errors: 0 };
    this.log(
      messages.getMessage('info.Removed', [
        countOf(removed.runs, 'run'),
        countOf(removed.errors, 'error'),
        countOf(flags.days, 'day'),
      ]),
    );
    return { before: new Date(before).toISOString(), ...removed };
  }
}
