import type { Interfaces } from '@oclif/core';
import type { MigrationConfig } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { noPromptFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { UpdateCommand } from '../../../command/update-command.ts';
import { planFlags, updateFlags } from '../../../command/update-flags.ts';
import type { Org } from '../../../org/port.ts';
import { ignorableGates } from '../../../checks/rule-book.ts';
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
    'no-prompt': noPromptFlag,
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
    const [{ chooseWave }, { readiness }, { apiBudget }, { switchPlan }, { switchPlanLines }] = await Promise.all([
      import('../../../checks/wave.ts'),
      import('../../../checks/readiness.ts'),
      import('../../../switch/api-budget.ts'),
      import('../../../switch/switch-plan.ts'),
      import('../../../ui/switch/plan.ts'),
    ]);
    return this.planning(flags, signal, async (context, config) => {
      const { catalog, bearer, org } = context;
      const wave = chooseWave(await catalog.waveAccounts(), await this.#asked(flags, config, org));
      const gates = await readiness(context, config, { wave, ignore: flags['ignore-gate'] ?? [], bearer }, signal);
      const facts = { wave, gates, effects: await org.writeEffects(), budget: await apiBudget(org) };
      const plan = await switchPlan(catalog, facts, config.switch);
      for (const line of switchPlanLines(plan)) this.log(line);
      return plan;
    });
  }

  async #execute(flags: SwitchFlags, signal: AbortSignal): Promise<UpdateResult> {
    const [{ requireReady }, { switchDocuments, switchRequest }, { switchSettings }, { effectLines }] =
      await Promise.all([
        import('../../../checks/readiness.ts'),
        import('../../../switch/switch.ts'),
        import('../../../switch/switch-settings.ts'),
        import('../../../ui/switch/effects.ts'),
      ]);
    const words = { activity: 'switch', resume: 'sf migrate files switch resume' } as const;
    return this.writing(flags, words, signal, async (context, config) => {
      const { states } = await context.catalog.counts();
      if (states.switched === 0) await this.confirmed(messages.getMessage('question.FirstSwitch'), flags);
      if (!flags['no-backup']) await this.#backup(context, config, signal);
      const wave = await this.#asked(flags, config, context.org);
      const ignoredGates = flags['ignore-gate'] ?? [];
      const request = switchRequest(config, { wave, ignoredGates, mode: 'full' }, { bearer: context.bearer, signal });
      requireReady(await this.readinessOf(context, config, { wave, ignore: ignoredGates }, signal));
      const effects = await context.org.writeEffects();
      for (const line of effectLines(effects)) this.log(line);
      const parallelJobs = flags['parallel-jobs'] ?? config.switch.parallelJobs;
      const settings = { ...switchSettings(config), parallelJobs };
      return ({ info, ...options }, waitMs) => {
        const configSnapshot = { ...(info.configSnapshot as object), effects };
        const all = { ...options, settings, info: { ...info, configSnapshot } };
        return switchDocuments(context, { ...request, waitMs }, all);
      };
    });
  }

  /** What changed since the last backup is copied before anybody is sent to the copies. */
  async #backup(context: WriteContext, config: MigrationConfig, signal: AbortSignal): Promise<void> {
    const request = { mode: 'auto' } as const;
    const result = await this.backup(context, config, {
      request,
      longestPauseMs: config.backup.longestPauseMinutes * 60_000,
      signal,
    });
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
