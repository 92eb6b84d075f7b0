import { writeFile } from 'node:fs/promises';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { MigrationConfig } from '@file-migration/config';
import { apiVersionFlag, configFileFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
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
    'target-org': Flags.string({ char: 'o', summary: messages.getMessage('flags.target-org.summary') }),
    'api-version': apiVersionFlag,
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'result-format': Flags.option({ options: formats, default: 'html' as const })({
      summary: messages.getMessage('flags.result-format.summary'),
    }),
  };

  public async run(): Promise<ReportCommandResult> {
    const { flags } = await this.parse(Report);
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: false,
      apiVersion: flags['api-version'],
    });
    const [{ openExistingCatalog }, { readReport }] = await Promise.all([
      import('../../../context/open-catalog.ts'),
      import('../../../report/report.ts'),
    ]);
    await using catalog = await openExistingCatalog(config.catalog.file);
    if (catalog === undefined) {
      this.log(messages.getMessage('info.NoCatalog', [config.catalog.file]));
      return { catalog: null, file: config.catalog.file };
    }
    const organization = await this.#organization(flags['target-org'], config);
    const report = await readReport(catalog, { at: Date.now(), config, organization });
    const format = flags['result-format'];
    const file = flags['output-file'] ?? `migration-report.${format}`;
    await writeFile(file, await written(report, format));
    this.log(messages.getMessage('info.Written', [file]));
    return { file, report };
  }

  /** The catalog knows the org by its id only; its name is one query. */
  async #organization(targetOrg: string | undefined, config: MigrationConfig): Promise<string | undefined> {
    if (targetOrg === undefined) return undefined;
    const { openOrgContext } = await import('../../../context/org.ts');
    return interruptible(async (signal) => {
      await using context = await openOrgContext({ config, targetOrg, signal });
      for await (const { Name: name } of context.org.query('SELECT Name FROM Organization')) {
        if (typeof name === 'string') return name;
      }
      return undefined;
    });
  }
}

async function written(report: Figures, format: (typeof formats)[number]): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('../../../ui/report/html.ts')).reportPage(report);
    case 'csv':
      return (await import('../../../ui/report/csv.ts')).reportCsv(report);
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
  }
}
