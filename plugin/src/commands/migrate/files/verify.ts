import { EVIDENCE_GRADES } from '@file-migration/config';
import { Messages, type SfError } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { Interfaces } from '@oclif/core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import {
  apiVersionFlag,
  configFileFlag,
  processesFlag,
  publishFlag,
  takeOverFlag,
  targetOrgFlag,
  workersFlag,
} from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand, workersOf } from '../../../command/migrate-command.ts';
import { withWorkers } from '../../../fleet/workers-note.ts';
import type { VerifyResult } from '../../../verify/verify-result.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'verify');

export type VerifyCommandResult = VerifyResult | { readonly catalog: null; readonly file: string };

export default class Verify extends MigrateCommand<VerifyCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    mode: Flags.option({ options: ['head', 'full'] as const, default: 'head' })({
      summary: messages.getMessage('flags.mode.summary'),
      description: messages.getMessage('flags.mode.description'),
    }),
    sample: Flags.string({
      summary: messages.getMessage('flags.sample.summary'),
      description: messages.getMessage('flags.sample.description'),
    }),
    account: Flags.string({ summary: messages.getMessage('flags.account.summary') }),
    'minimum-evidence': Flags.option({ options: EVIDENCE_GRADES })({
      summary: messages.getMessage('flags.minimum-evidence.summary'),
    }),
    orphans: Flags.boolean({
      summary: messages.getMessage('flags.orphans.summary'),
      default: true,
      allowNo: true,
    }),
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    processes: processesFlag,
    workers: workersFlag,
    publish: publishFlag,
    'take-over': takeOverFlag,
  };

  public async run(): Promise<VerifyCommandResult> {
    const { flags } = await this.parse(Verify);
    return interruptible((signal) => this.#verify(flags, signal));
  }

  async #verify(flags: VerifyFlags, signal: AbortSignal): Promise<VerifyCommandResult> {
    const sample = percent(flags.sample);
    const { config, file: configFile } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    const [{ openVerifyContext }, { accountInCatalog }, { verify }, progressOf, ui, { runInfo }] = await Promise.all([
      import('../../../context/verify.ts'),
      import('../../../command/named-account.ts'),
      import('../../../verify/verify.ts'),
      import('../../../verify/verify-progress.ts'),
      import('../../../ui/verify/text.ts'),
      import('../../../run/phase-options.ts'),
    ]);
    const command = this.typed();
    await using context = await openVerifyContext({
      config,
      targetOrg: flags['target-org'],
      signal,
      command,
      takeOver: flags['take-over'],
      onWarning: (sentence) => this.warn(sentence),
      activity: 'verify',
      publishing: this.publishing(flags.publish),
      workers: workersOf(flags, configFile),
    });
    const { file } = config.catalog;
    if (context === undefined) {
      this.log(messages.getMessage('info.NoCatalog', [file]));
      return { catalog: null, file };
    }
    const account = flags.account === undefined ? undefined : await accountInCatalog(context.catalog, flags.account);
    const request = {
      mode: flags.mode,
      sample,
      orphans: flags.orphans,
      ...(account !== undefined && { accountId: account }),
      ...(flags['minimum-evidence'] !== undefined && { minimumEvidence: flags['minimum-evidence'] }),
    };
    const settings = {
      minimumEvidence: config.backup.minimumEvidence,
      prefix: config.key.prefix,
      outputFile: flags['output-file'],
    };
    const progress = new progressOf.VerifyProgress();
    const options = { settings, info: runInfo(command, config), progress, signal };
    const { publisher, workers } = context;
    const shown = {
      title: 'Verify',
      stages: progressOf.verifyStages,
      source: () => withWorkers(progress.now(), workers),
      publisher,
    };
    const result = await this.withProgress(shown, signal, () => verify(context, request, options));
    for (const line of ui.verifySummary(result)) this.log(line);
    if (result.status === 'stopped') throw stopped(result, command);
    if (result.status === 'completed_with_failures') this.endWithFailures();
    return result;
  }
}

type VerifyFlags = Interfaces.InferredFlags<typeof Verify.flags>;

/** More than 0, at most 100. */
function percent(text: string | undefined): number {
  if (text === undefined) return 100;
  const value = Number(text.replace(/\s*%$/, ''));
  if (value > 0 && value <= 100) return value;
  throw stopWith(messages.getMessage('error.Sample', [text]), {
    name: 'WrongUseError',
    exitCode: exitCode.wrongUse,
  });
}

function stopped(result: VerifyResult, command: string): SfError {
  return stopWith(messages.getMessage('info.Stopped'), {
    name: 'VerifyStoppedError',
    exitCode: exitCode.stopped,
    actions: [command],
    data: result,
  });
}
