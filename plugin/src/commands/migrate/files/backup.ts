import type { Interfaces } from '@oclif/core';
import { Messages, type SfError } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { BackupPlan } from '../../../backup/backup-plan.ts';
import type { BackupRequest } from '../../../backup/backup-request.ts';
import type { BackupResult } from '../../../backup/backup.ts';
import type { ReopenScope } from '../../../catalog/copy-queue.ts';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import {
  apiVersionFlag,
  configFileFlag,
  processesFlag,
  publishFlag,
  takeOverFlag,
  targetOrgFlag,
  waitFlag,
  workersFlag,
} from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { Org } from '../../../org/port.ts';
import { count } from '../../../format/quantity.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'backup');

/** What `--retry` takes; `all` stands for the other four. */
const retryKinds = ['failed', 'missing', 'denied', 'archived', 'all'] as const;

export type BackupCommandResult = BackupResult | BackupPlan;

export default class Backup extends MigrateCommand<BackupCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    full: Flags.boolean({
      summary: messages.getMessage('flags.full.summary'),
      exclusive: ['incremental', 'retry'],
    }),
    incremental: Flags.boolean({
      summary: messages.getMessage('flags.incremental.summary'),
      exclusive: ['full', 'retry'],
    }),
    retry: Flags.option({ options: retryKinds, multiple: true, delimiter: ',' })({
      summary: messages.getMessage('flags.retry.summary'),
      description: messages.getMessage('flags.retry.description'),
      exclusive: ['full', 'incremental'],
    }),
    account: Flags.string({ summary: messages.getMessage('flags.account.summary') }),
    limit: Flags.integer({ summary: messages.getMessage('flags.limit.summary'), min: 1 }),
    'dry-run': Flags.boolean({
      summary: messages.getMessage('flags.dry-run.summary'),
      description: messages.getMessage('flags.dry-run.description'),
      exclusive: ['retry', 'processes', 'workers'],
    }),
    'output-file': Flags.file({
      summary: messages.getMessage('flags.output-file.summary'),
      dependsOn: ['dry-run'],
    }),
    wait: waitFlag,
    processes: processesFlag,
    workers: workersFlag,
    publish: publishFlag,
    'take-over': takeOverFlag,
  };

  public async run(): Promise<BackupCommandResult> {
    const { flags } = await this.parse(Backup);
    return interruptible<BackupCommandResult>((signal) =>
      flags['dry-run'] ? this.#plan(flags, signal) : this.#copy(flags, signal),
    );
  }

  async #copy(flags: BackupFlags, interrupted: AbortSignal): Promise<BackupResult> {
    // like Ctrl-C: what is in flight ends, and the next backup resumes
    const signal =
      flags.wait === undefined ? interrupted : AbortSignal.any([interrupted, AbortSignal.timeout(flags.wait * 60_000)]);
    return this.withWriteContext(flags, 'backup', signal, async (context, config) => {
      const { backupSummary } = await import('../../../ui/backup/summary.ts');
      const request = await asked(flags, context.org);
      const result = await this.backup(context, config, {
        request,
        longestPauseMs: config.backup.longestPauseMinutes * 60_000,
        signal,
      });
      for (const line of backupSummary(result)) this.log(line);
      if (result.status === 'stopped') throw stopped(result);
      if (result.status === 'completed_with_failures') this.endWithFailures();
      return result;
    });
  }

  async #plan(flags: BackupFlags, signal: AbortSignal): Promise<BackupPlan> {
    const [{ openDryRunContext }, { planBackup }, { backupSettings }, { backupPlanLines }] = await Promise.all([
      import('../../../context/dry-run.ts'),
      import('../../../backup/backup-plan.ts'),
      import('../../../backup/backup-request.ts'),
      import('../../../ui/backup/plan.ts'),
    ]);
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    await using context = await openDryRunContext({ config, targetOrg: flags['target-org'], signal });
    const request = await asked(flags, context.org);
    const settings = backupSettings(config, { longestPauseMs: 0 });
    const options = { settings, prices: config.prices, outputFile: flags['output-file'], signal };
    const plan = await planBackup(context, request, options);
    for (const line of backupPlanLines(plan)) this.log(line);
    return plan;
  }
}

type BackupFlags = Interfaces.InferredFlags<typeof Backup.flags>;

async function asked(flags: BackupFlags, org: Org): Promise<BackupRequest> {
  const { accountInOrg } = await import('../../../command/named-account.ts');
  const mode = flags.full ? 'full' : flags.incremental ? 'incremental' : flags.retry === undefined ? 'auto' : 'retry';
  return {
    mode,
    ...(flags.retry !== undefined && { retry: reopened(flags.retry) }),
    ...(flags.account !== undefined && { accountId: await accountInOrg(org, flags.account) }),
    ...(flags.limit !== undefined && { limit: flags.limit }),
  };
}

function reopened(kinds: readonly (typeof retryKinds)[number][]): ReopenScope['kinds'] {
  return kinds.includes('all') ? ['failed', 'missing', 'denied', 'archived'] : kinds.filter((kind) => kind !== 'all');
}

/** Nothing is lost: what was copied is written down, and the next backup resumes from there. */
function stopped(result: BackupResult): SfError {
  return stopWith(messages.getMessage('info.Stopped', [count(result.counts.remaining)]), {
    name: 'BackupStoppedError',
    exitCode: exitCode.stopped,
    actions: ['sf migrate files backup'],
    data: result,
  });
}
