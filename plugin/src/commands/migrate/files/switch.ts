import type { Interfaces } from '@oclif/core';
import { configSnapshot, type MigrationConfig } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { UpdateCommand } from '../../../command/update-command.ts';
import { planFlags, updateFlags } from '../../../command/update-flags.ts';
import type { Org } from '../../../org/port.ts';
import { ignorableGates } from '../../../checks/gate.ts';
import type { UpdateResult } from '../../../jobs/update-documents.ts';
import type { SwitchPlan } from '../../../switch/switch-plan.ts';
import type { WaveRequest } from '../../../checks/wave.ts';
import type { WriteContext } from '../../../context/write.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'switch');

export type SwitchCommandResult = SwitchPlan | UpdateResult;

export default class Switch extends UpdateCommand<SwitchCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    ...updateFlags,
    ...planFlags,
    percent: Flags.integer({ summary: messages.getMessage('flags.percent.summary'), min: 1, max: 100 }),
    limit: Flags.integer({ summary: messages.getMessage('flags.limit.summary'), min: 1, exclusive: ['percent'] }),
    'ignore-gate': Flags.option({ options: ignorableGates, multiple: true })({
      summary: messages.getMessage('flags.ignore-gate.summary'),
    }),
    'no-backup': Flags.boolean({ summary: messages.getMessage('flags.no-backup.summary'), dependsOn: ['execute'] }),
    'parallel-jobs': Flags.integer({ summary: messages.getMessage('flags.parallel-jobs.summary'), min: 1, max: 10 }),
  };

  public async run(): Promise<SwitchCommandResult> {
    const { flags } = await this.parse(Switch);
    return interruptible<SwitchCommandResult>((signal) =>
      flags.execute ? this.#execute(flags, signal) : this.#plan(flags, signal),
    );
  }

  async #plan(flags: SwitchFlags, signal: AbortSignal): Promise<SwitchPlan> {
    const [phase, { switchPlanLines }] = await Promise.all([
      import('../../../switch/index.ts'),
      import('../../../ui/switch/plan.ts'),
    ]);
    return this.lookingOn(flags, signal, async (desk, config) => {
      const { catalog, bearer } = desk;
      const wave = phase.chooseWave(await catalog.waveAccounts(), await this.#asked(flags, config, desk.org));
      const request = { wave, ignore: flags['ignore-gate'] ?? [], bearer };
      const gates = await phase.readiness(desk, config, request, signal);
      const facts = { effects: await desk.org.writeEffects(), budget: await phase.apiBudget(desk.org) };
      const plan = await phase.switchPlan(catalog, wave, gates, facts, config.switch);
      for (const line of switchPlanLines(plan)) this.log(line);
      return plan;
    });
  }

  async #execute(flags: SwitchFlags, signal: AbortSignal): Promise<UpdateResult> {
    const [phase, { effectLines }] = await Promise.all([
      import('../../../switch/index.ts'),
      import('../../../ui/switch/effects.ts'),
    ]);
    const words = { activity: 'switch', resume: 'sf migrate files switch resume' } as const;
    return this.writing(flags, words, signal, async (workbench, config) => {
      const linkOf = phase.linkOf(config);
      if (!flags['no-backup']) await this.#backup(workbench, config, signal);
      const seenSince = phase.seenSince(config);
      const wave = await this.#asked(flags, config, workbench.org);
      const ignoredGates = flags['ignore-gate'] ?? [];
      phase.requireReady(await this.readinessOf(workbench, config, { wave, ignore: ignoredGates }, signal));
      const effects = await workbench.org.writeEffects();
      for (const line of effectLines(effects)) this.log(line);
      const { minimumEvidence } = config.switch.gates;
      const request = { wave, linkOf, minimumEvidence, seenSince, ignoredGates, mode: 'full' } as const;
      return ({ deed, progress, waitMs }) =>
        phase.switchDocuments(
          workbench,
          { ...request, waitMs },
          {
            settings: {
              ...phase.switchSettings(config),
              parallelJobs: flags['parallel-jobs'] ?? config.switch.parallelJobs,
            },
            run: { ...deed, configSnapshot: { ...configSnapshot(config), effects } },
            progress,
            signal,
          },
        );
    });
  }

  /** What changed since the last backup is copied before anybody is sent to the copies. */
  async #backup(workbench: WriteContext, config: MigrationConfig, signal: AbortSignal): Promise<void> {
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
      workbench.publisher,
    );
    if (result.status !== 'stopped') return;
    throw stopWith(messages.getMessage('info.BackupStopped'), {
      name: 'BackupStoppedError',
      exitCode: exitCode.stopped,
      actions: [this.typed()],
      data: result,
    });
  }

  async #asked(flags: SwitchFlags, config: MigrationConfig, org: Org): Promise<WaveRequest> {
    const limit = flags.limit ?? config.switch.waveDocuments ?? undefined;
    return {
      ...(await this.accountsOf(flags.account, org)),
      ...(flags.percent !== undefined && { percent: flags.percent }),
      ...(limit !== undefined && { limit }),
    };
  }
}

type SwitchFlags = Interfaces.InferredFlags<typeof Switch.flags>;
