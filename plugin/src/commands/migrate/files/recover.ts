import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { apiVersionFlag, configFileFlag, noPromptFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { RecoveryBase } from '../../../context/recover.ts';
import type { Rebuilt } from '../../../recover/rebuild.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'recover');

export type RecoverCommandResult = RecoveryBase & { readonly executed: boolean; readonly rebuilt: Rebuilt };

export default class Recover extends MigrateCommand<RecoverCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    execute: Flags.boolean({ summary: messages.getMessage('flags.execute.summary'), default: false }),
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'no-prompt': noPromptFlag,
  };

  public async run(): Promise<RecoverCommandResult> {
    const { flags } = await this.parse(Recover);
    return interruptible((signal) => this.#recover(flags, signal));
  }

  async #recover(flags: RecoverFlags, signal: AbortSignal): Promise<RecoverCommandResult> {
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    const [{ catalogThread }, contexts, { rebuild }, ui, { runInfo }, { catalogBinding }] = await Promise.all([
      import('../../../catalog/worker-calls.ts'),
      import('../../../context/recover.ts'),
      import('../../../recover/rebuild.ts'),
      import('../../../ui/recover/text.ts'),
      import('../../../run/phase-options.ts'),
      import('../../../context/binding.ts'),
    ]);
    const place = { config, targetOrg: flags['target-org'], signal };
    await using prepared = await contexts.prepareRecovery(place);
    for (const line of ui.baseLines(prepared)) this.log(line);
    if (flags.execute) await this.confirmed(messages.getMessage('question.Execute'), flags);
    await using thread = catalogThread();
    const command = this.typed();
    const request = { ...place, thread, command, onWarning: (sentence: string) => this.warn(sentence) };
    await using context = await (flags.execute ? contexts.openRecovery : contexts.openRehearsal)(request, prepared);
    const rebuilt = await rebuild(
      context,
      {
        binding: catalogBinding(config, prepared.organizationId),
        publishedRun: context.publishedRun,
        absentShareStop: config.backup.absentShareStop,
        longestPauseMs: config.backup.longestPauseMinutes * 60_000,
        info: runInfo(command, config),
      },
      signal,
    );
    for (const line of ui.rebuiltLines(rebuilt, flags.execute)) this.log(line);
    if (flags['output-file'] !== undefined) await writeUndecided(flags['output-file'], rebuilt);
    const { from, snapshot, owner, refused } = prepared;
    const result = { from, snapshot, owner, refused, executed: flags.execute, rebuilt };
    if (rebuilt.status === 'stopped') {
      throw stopWith(messages.getMessage('info.Stopped'), {
        name: 'RecoverStoppedError',
        exitCode: exitCode.stopped,
        actions: [command],
        data: result,
      });
    }
    if (flags.execute && rebuilt.undecided.length > 0) this.endWithFailures();
    return result;
  }
}

type RecoverFlags = Interfaces.InferredFlags<typeof Recover.flags>;

async function writeUndecided(file: string, { undecided }: Rebuilt): Promise<void> {
  const [{ writeFile }, { csvLine }] = await Promise.all([
    import('node:fs/promises'),
    import('../../../format/csv.ts'),
  ]);
  await writeFile(
    file,
    [csvLine(['reason', 'key']), ...undecided.map(({ reason, key }) => csvLine([reason, key]))].join(''),
  );
}
