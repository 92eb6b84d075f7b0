import { writeFile } from 'node:fs/promises';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { configFileFlag } from '../../../command/flags.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { Report as Figures } from '../../../report/report.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'report');

const formats = ['html', 'csv', 'json'] as const;

export type ReportCommandResult =
  { readonly file: string; readonly report: Figures } | { readonly catalog: null; readonly file: string };

export default class Report extends MigrateCommand<ReportCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'result-format': Flags.option({ options: formats, default: 'html' as const })({
      summary: messages.getMessage('flags.result-format.summary'),
    }),
  };

  public async run(): Promise<ReportCommandResult> {
    const { flags } = await this.parse(Report);
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: false });
    const [{ openExistingCatalog }, phase] = await Promise.all([
      import('../../../context/existing-catalog.ts'),
      import('../../../report/index.ts'),
    ]);
    await using catalog = await openExistingCatalog(config.catalog.file);
    if (catalog === undefined) {
      this.log(messages.getMessage('info.NoCatalog', [config.catalog.file]));
      return { catalog: null, file: config.catalog.file };
    }
    const report = await phase.readReport(catalog, Date.now(), config);
    const format = flags['result-format'];
    const file = flags['output-file'] ?? `migration-report.${format}`;
    await writeFile(file, written(phase, report, format));
    this.log(messages.getMessage('info.Written', [file]));
    return { file, report };
  }
}

function written(
  { reportPage, reportCsv }: typeof import('../../../report/index.ts'),
  report: Figures,
  format: (typeof formats)[number],
): string {
  switch (format) {
    case 'html':
      return reportPage(report);
    case 'csv':
      return reportCsv(report);
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
  }
}
