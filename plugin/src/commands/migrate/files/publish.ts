import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { apiVersionFlag, configFileFlag, takeOverFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { PublicationPlan } from '../../../publish/plan.ts';
import type { PublishResult } from '../../../publish/publish-now.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'publish');

export type PublishCommandResult = PublishResult | PublicationPlan | { readonly catalog: null; readonly file: string };

export default class Publish extends MigrateCommand<PublishCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    all: Flags.boolean({
      summary: messages.getMessage('flags.all.summary'),
      description: messages.getMessage('flags.all.description'),
    }),
    'dry-run': Flags.boolean({ summary: messages.getMessage('flags.dry-run.summary') }),
    'take-over': takeOverFlag,
  };

  public async run(): Promise<PublishCommandResult> {
    const { flags } = await this.parse(Publish);
    return interruptible<PublishCommandResult>((signal) =>
      flags['dry-run'] ? this.#plan(flags) : this.#publish(flags, signal),
    );
  }

  /** Needs neither the org nor the lock: everything stands in the catalog. */
  async #plan(flags: PublishFlags): Promise<PublishCommandResult> {
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: false,
      apiVersion: flags['api-version'],
    });
    const [{ openExistingCatalog }, { planPublication }, { publicationPlanLines }] = await Promise.all([
      import('../../../context/open-catalog.ts'),
      import('../../../publish/plan.ts'),
      import('../../../ui/publish/text.ts'),
    ]);
    const { file } = config.catalog;
    await using catalog = await openExistingCatalog(file);
    if (catalog === undefined) return this.#nothing(file);
    const plan = await planPublication(catalog, config.publish, flags.all ? 'all' : 'changed');
    for (const line of publicationPlanLines(plan)) this.log(line);
    return plan;
  }

  async #publish(flags: PublishFlags, signal: AbortSignal): Promise<PublishCommandResult> {
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    const settings = config.publish;
    if (!settings.enabled) throw turnedOff();
    const [{ openPublishContext }, { publishNow }, ui] = await Promise.all([
      import('../../../context/publish.ts'),
      import('../../../publish/publish-now.ts'),
      import('../../../ui/publish/text.ts'),
    ]);
    await using context = await openPublishContext({
      config,
      targetOrg: flags['target-org'],
      command: this.typed(),
      takeOver: flags['take-over'],
      signal,
      fence: (catalog) => catalog.spendPublishingCall(settings.callsPerDay),
    });
    if (context === undefined) return this.#nothing(config.catalog.file);
    const result = await publishNow({ ...context, settings }, flags.all ? 'all' : 'changed');
    for (const line of ui.publishLines(result)) this.log(line);
    if (result.shortfall !== undefined) {
      this.warn(ui.shortfallText(result.shortfall, result.callsPerDay));
      this.endWithFailures();
    }
    return result;
  }

  #nothing(file: string): PublishCommandResult {
    this.log(messages.getMessage('info.NoCatalog', [file]));
    return { catalog: null, file };
  }
}

type PublishFlags = Interfaces.InferredFlags<typeof Publish.flags>;

function turnedOff(): Error {
  return stopWith(messages.getMessage('error.TurnedOff'), {
    name: 'WrongUseError',
    exitCode: exitCode.wrongUse,
    actions: [messages.getMessage('error.TurnedOff.actions')],
  });
}
