import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { MigrationConfig } from '@file-migration/config';
import { apiVersionFlag, configFileFlag, noPromptFlag, takeOverFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { CleanedUp } from '../../../publish/clean-up.ts';
import { countOf } from '../../../format/quantity.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'cleanup');

const dayMs = 24 * 3_600_000;

export type CleanupCommandResult = {
  /** Everything in the catalog that ended before this moment was removed; ISO 8601. Absent without `--days`. */
  readonly before?: string;
  readonly runs?: number;
  readonly errors?: number;
  /** What was deleted from the org; absent without `--published`. */
  readonly published?: CleanedUp & { readonly dryRun: boolean };
};

export default class Cleanup extends MigrateCommand<CleanupCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    days: Flags.integer({
      summary: messages.getMessage('flags.days.summary'),
      min: 1,
      atLeastOne: ['days', 'published'],
    }),
    published: Flags.boolean({
      summary: messages.getMessage('flags.published.summary'),
      description: messages.getMessage('flags.published.description'),
    }),
    'dry-run': Flags.boolean({
      summary: messages.getMessage('flags.dry-run.summary'),
      dependsOn: ['published'],
      exclusive: ['days'],
    }),
    'no-prompt': noPromptFlag,
    'take-over': takeOverFlag,
  };

  public async run(): Promise<CleanupCommandResult> {
    const { flags } = await this.parse(Cleanup);
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: flags.published,
      apiVersion: flags['api-version'],
    });
    return interruptible(async (signal) => ({
      ...(flags.days !== undefined && (await this.#old(flags, config, flags.days))),
      ...(flags.published && (await this.#published(flags, config, signal))),
    }));
  }

  async #old(flags: CleanupFlags, config: MigrationConfig, days: number): Promise<CleanupCommandResult> {
    const { openBoundCatalog } = await import('../../../context/open-catalog.ts');
    await using bound = await openBoundCatalog(config, { command: this.typed(), takeOver: flags['take-over'] });
    const before = Date.now() - days * dayMs;
    const removed = (await bound?.catalog.cleanup(before)) ?? { runs: 0, errors: 0 };
    this.log(
      messages.getMessage('info.Removed', [
        countOf(removed.runs, 'run'),
        countOf(removed.errors, 'error'),
        countOf(days, 'day'),
      ]),
    );
    return { before: new Date(before).toISOString(), ...removed };
  }

  async #published(flags: CleanupFlags, config: MigrationConfig, signal: AbortSignal): Promise<CleanupCommandResult> {
    const [{ openPublishContext }, { cleanUp }] = await Promise.all([
      import('../../../context/publish.ts'),
      import('../../../publish/clean-up.ts'),
    ]);
    await using context = await openPublishContext({
      config,
      targetOrg: flags['target-org'],
      command: this.typed(),
      takeOver: flags['take-over'],
      signal,
      // the person asked for it: it is told how many calls it took, not refused
      fence: (catalog) => catalog.fence(),
    });
    if (context === undefined) {
      this.log(messages.getMessage('info.NoCatalog', [config.catalog.file]));
      return {};
    }
    const dryRun = flags['dry-run'];
    if (!dryRun) await this.confirmed(messages.getMessage('question.Published'), flags);
    const cleaned = await cleanUp(context, { dryRun });
    this.log(
      messages.getMessage(dryRun ? 'info.WouldDelete' : 'info.Deleted', [
        countOf(cleaned.runs, 'run'),
        countOf(cleaned.accounts, 'account'),
        countOf(cleaned.errors, 'error'),
        countOf(cleaned.calls, 'call'),
      ]),
    );
    if (cleaned.refused > 0) {
      this.warn(messages.getMessage('warning.Refused', [countOf(cleaned.refused, 'row'), cleaned.firstRefusal ?? '']));
      this.endWithFailures();
    }
    return { published: { ...cleaned, dryRun } };
  }
}

type CleanupFlags = Interfaces.InferredFlags<typeof Cleanup.flags>;
