import type { Interfaces } from '@oclif/core';
import { configSnapshot, type MigrationConfig } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { configFileFlag, takeOverFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import { endOfUpdate, waitMs } from '../../../command/update-end.ts';
import type { Org } from '../../../org/port.ts';
import { ignorableGates } from '../../../switch/gates/gate.ts';
import type { UpdateResult } from '../../../switch/jobs/update-run.ts';
import type { SwitchPlan } from '../../../switch/switch-plan.ts';
import type { WaveRequest } from '../../../switch/wave.ts';
import type { Workbench } from '../../../workbench/workbench.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'switch');

export type SwitchCommandResult = SwitchPlan | UpdateResult;

export default class Switch extends MigrateCommand<SwitchCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    account: Flags.string({ summary: messages.getMessage('flags.account.summary'), multiple: true }),
    percent: Flags.integer({ summary: messages.getMessage('flags.percent.summary'), min: 1, max: 100 }),
    limit: Flags.integer({ summary: messages.getMessage('flags.limit.summary'), min: 1, exclusive: ['percent'] }),
    execute: Flags.boolean({ summary: messages.getMessage('flags.execute.summary'), exclusive: ['dry-run'] }),
    'dry-run': Flags.boolean({ summary: messages.getMessage('flags.dry-run.summary') }),
    'ignore-gate': Flags.option({ options: ignorableGates, multiple: true })({
      summary: messages.getMessage('flags.ignore-gate.summary'),
    }),
    'no-backup': Flags.boolean({ summary: messages.getMessage('flags.no-backup.summary'), dependsOn: ['execute'] }),
    'parallel-jobs': Flags.integer({ summary: messages.getMessage('flags.parallel-jobs.summary'), min: 1, max: 10 }),
    wait: Flags.integer({ summary: messages.getMessage('flags.wait.summary'), min: 0 }),
    'take-over': takeOverFlag,
  };

  public async run(): Promise<SwitchCommandResult> {
    const { flags } = await this.parse(Switch);
    return interruptible<SwitchCommandResult>((signal) =>
      flags.execute ? this.#execute(flags, signal) : this.#plan(flags, signal),
    );
  }

  async #plan(flags: SwitchFlags, signal: AbortSignal): Promise<SwitchPlan> {
    const [{ openLookout }, phase] = await Promise.all([
      import('../../../workbench/lookout.ts'),
      import('../../../switch/index.ts'),
    ]);
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: true });
    const linkOf = phase.linkOf(config);
    await using lookout = await openLookout(config, flags['target-org'], signal);
    const { catalog, bearer } = lookout;
    if (catalog === undefined) throw noCatalog(config);
    const wave = phase.chooseWave(await catalog.waveAccounts(), await asked(flags, config, lookout.org));
    const request = { wave, linkOf, ignore: flags['ignore-gate'] ?? [], bearer, heads: false };
    const gates = await phase.readiness({ ...lookout, catalog }, config, request, signal);
    const plan = await phase.switchPlan(catalog, wave, gates, config.switch);
    for (const line of phase.switchPlanLines(plan)) this.log(line);
    return plan;
  }

  async #execute(flags: SwitchFlags, signal: AbortSignal): Promise<UpdateResult> {
    const phase = await import('../../../switch/index.ts');
    return this.withWorkbench(flags, 'switch', signal, async (workbench, { config }) => {
      const linkOf = phase.linkOf(config);
      if (!flags['no-backup']) await this.#backup(workbench, config, signal);
      const { catalog } = workbench;
      const wave = await asked(flags, config, workbench.org);
      const progress = new phase.UpdateProgress();
      const ignore = flags['ignore-gate'] ?? [];
      const gates = await phase.readiness(
        workbench,
        config,
        {
          wave: phase.chooseWave(await catalog.waveAccounts(), wave),
          linkOf,
          ignore,
          bearer: workbench.bearer,
          heads: true,
        },
        signal,
      );
      phase.requireReady(gates);
      const usual = phase.switchSettings(config);
      const settings = { ...usual, parallelJobs: flags['parallel-jobs'] ?? usual.parallelJobs };
      const { minimumEvidence } = config.switch.gates;
      const result = await this.withProgress(
        'Switch',
        phase.updateStages,
        () => progress.now(),
        signal,
        () =>
          phase.switchDocuments(
            workbench,
            { wave, linkOf, minimumEvidence, waitMs: waitMs(flags.wait), mode: 'full' },
            settings,
            { command: this.typed(), configSnapshot: { ...configSnapshot(config), ignoredGates: ignore } },
            progress,
            signal,
          ),
      );
      return endOfUpdate(result, {
        log: (line) => this.log(line),
        endWithFailures: () => this.endWithFailures(),
        lines: phase.updateSummary(result),
        resume: 'sf migrate files switch resume',
      });
    });
  }

  /** What changed since the last backup is copied before anybody is sent to the copies. */
  async #backup(workbench: Workbench, config: MigrationConfig, signal: AbortSignal): Promise<void> {
    const phase = await import('../../../backup/index.ts');
    const progress = new phase.BackupProgress();
    const result = await this.withProgress(
      'Backup',
      phase.backupStages,
      () => progress.now(),
      signal,
      () =>
        phase.backup(
          workbench,
          { mode: 'auto' },
          phase.backupSettings(config, { longestPauseMs: 3_600_000 }),
          { command: this.typed(), configSnapshot: configSnapshot(config) },
          progress,
          signal,
        ),
    );
    if (result.status !== 'stopped') return;
    throw stopWith(messages.getMessage('info.BackupStopped'), {
      name: 'BackupStoppedError',
      exitCode: exitCode.stopped,
      actions: [this.typed()],
      data: result,
    });
  }
}

type SwitchFlags = Interfaces.InferredFlags<typeof Switch.flags>;

async function asked(flags: SwitchFlags, config: MigrationConfig, org: Org): Promise<WaveRequest> {
  const { accountOf } = await import('../../../switch/index.ts');
  const accounts = flags.account && (await Promise.all(flags.account.map((account) => accountOf(org, account))));
  const limit = flags.limit ?? config.switch.waveDocuments ?? undefined;
  return {
    ...(accounts !== undefined && { accounts }),
    ...(flags.percent !== undefined && { percent: flags.percent }),
    ...(limit !== undefined && { limit }),
  };
}

function noCatalog({ catalog }: MigrationConfig): Error {
  return stopWith(`There is no catalog at ${catalog.file} yet.`, {
    name: 'NotReadyError',
    exitCode: exitCode.notReady,
    actions: ['sf migrate files backup'],
  });
}
