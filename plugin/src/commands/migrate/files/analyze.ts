import { writeFile } from 'node:fs/promises';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { Interfaces } from '@oclif/core';
import type { Analysis } from '../../../analyze/analysis-result.ts';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { apiVersionFlag, configFileFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'analyze');

const formats = ['json', 'csv'] as const;

export type AnalyzeCommandResult = Analysis;

export default class Analyze extends MigrateCommand<AnalyzeCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    account: Flags.string({ summary: messages.getMessage('flags.account.summary') }),
    sample: Flags.integer({
      summary: messages.getMessage('flags.sample.summary'),
      description: messages.getMessage('flags.sample.description'),
      default: 1_000,
      min: 0,
      max: 100_000,
    }),
    'all-sizes': Flags.boolean({
      summary: messages.getMessage('flags.all-sizes.summary'),
      description: messages.getMessage('flags.all-sizes.description'),
    }),
    probe: Flags.integer({
      summary: messages.getMessage('flags.probe.summary'),
      description: messages.getMessage('flags.probe.description'),
      default: 200,
      min: 0,
      max: 10_000,
    }),
    'time-zone': Flags.string({ summary: messages.getMessage('flags.time-zone.summary') }),
    seed: Flags.string({ summary: messages.getMessage('flags.seed.summary'), default: 'analyze' }),
    verbose: Flags.boolean({ summary: messages.getMessage('flags.verbose.summary') }),
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'result-format': Flags.option({ options: formats })({
      summary: messages.getMessage('flags.result-format.summary'),
      dependsOn: ['output-file'],
    }),
  };

  public async run(): Promise<AnalyzeCommandResult> {
    const { flags } = await this.parse(Analyze);
    return interruptible((signal) => this.#analyze(flags, signal));
  }

  async #analyze(flags: AnalyzeFlags, signal: AbortSignal): Promise<Analysis> {
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    const [{ openReadContext }, { ourLinks }, { accountInOrg }, { analyze }, progressOf, ui, csv] = await Promise.all([
      import('../../../context/read.ts'),
      import('../../../context/binding.ts'),
      import('../../../command/named-account.ts'),
      import('../../../analyze/analyze.ts'),
      import('../../../analyze/analysis-progress.ts'),
      import('../../../ui/analyze/text.ts'),
      import('../../../ui/analyze/csv.ts'),
    ]);
    // Ctrl-C ends the analysis at the next page; the org is still told then that nobody reads on.
    const place = { config, targetOrg: flags['target-org'], signal: new AbortController().signal };
    await using context = await openReadContext(place);
    const { linkBaseUrls, ...plain } = ourLinks(config);
    const accountId = flags.account === undefined ? undefined : await accountInOrg(context.org, flags.account);
    const progress = new progressOf.AnalysisProgress();
    const request = {
      accountId,
      sample: flags.sample,
      allSizes: flags['all-sizes'],
      probe: flags.probe,
      timeZone: flags['time-zone'],
      seed: flags.seed,
      ourLinks: { baseUrls: linkBaseUrls, ...plain },
    };
    const shown = { title: 'Analyze', stages: progressOf.analysisStages, source: () => progress.now() };
    const analysis = await this.withProgress(shown, signal, () =>
      analyze(context, request, { settings: config, progress, signal }),
    );
    const output = flags['output-file'];
    if (output !== undefined) {
      const isCsv = flags['result-format'] === 'csv';
      await writeFile(output, isCsv ? csv.analysisCsv(analysis) : `${JSON.stringify(analysis, null, 2)}\n`);
    }
    for (const line of ui.analysisLines(analysis, { verbose: flags.verbose })) this.log(line);
    if (output !== undefined) this.log(messages.getMessage('info.Written', [output]));
    if (analysis.complete) return analysis;
    throw stopWith(messages.getMessage('info.Stopped'), {
      name: 'AnalyzeStoppedError',
      exitCode: exitCode.stopped,
      actions: [this.typed()],
      data: analysis,
    });
  }
}

type AnalyzeFlags = Interfaces.InferredFlags<typeof Analyze.flags>;
