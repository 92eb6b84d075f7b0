import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { apiVersionFlag, configFileFlag, takeOverFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { ImportResult } from '../../../import/import.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'import');

export type ImportCommandResult = ImportResult;

export default class Import extends MigrateCommand<ImportCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    database: Flags.file({ summary: messages.getMessage('flags.database.summary'), required: true }),
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'take-over': takeOverFlag,
  };

  public async run(): Promise<ImportCommandResult> {
    const { flags } = await this.parse(Import);
    const [{ ImportProgress, importPredecessor, importStages }, { importSummary }, { runInfo }] = await Promise.all([
      import('../../../import/import.ts'),
      import('../../../ui/import/text.ts'),
      import('../../../run/phase-options.ts'),
    ]);
    const command = this.typed();
    return interruptible((signal) =>
      this.withWriteContext(flags, 'import', signal, async (context, config) => {
        const progress = new ImportProgress();
        const request = { database: flags.database, layout: config.key, outputFile: flags['output-file'] };
        const options = { info: runInfo(command, config), progress, signal };
        const shown = { title: 'Import', stages: importStages, source: () => progress.now() };
        const result = await this.withProgress(shown, signal, () => importPredecessor(context, request, options));
        for (const line of importSummary(result)) this.log(line);
        if (result.status === 'completed') return result;
        throw stopWith(messages.getMessage('info.Stopped'), {
          name: 'ImportStoppedError',
          exitCode: exitCode.stopped,
          actions: [command],
          data: result,
        });
      }),
    );
  }
}
