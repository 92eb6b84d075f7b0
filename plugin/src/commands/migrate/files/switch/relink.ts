import type { Interfaces } from '@oclif/core';
import { configSnapshot, type AccountId } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { configFileFlag, takeOverFlag, targetOrgFlag } from '../../../../command/flags.ts';
import { interruptible } from '../../../../command/interruptible.ts';
import { MigrateCommand } from '../../../../command/migrate-command.ts';
import { endOfUpdate, waitMs } from '../../../../command/update-end.ts';
import { Failure } from '../../../../errors/failure.ts';
import type { Org } from '../../../../org/port.ts';
import type { LookedAhead } from '../../../../switch/jobs/look-ahead.ts';
import type { UpdateResult } from '../../../../switch/jobs/update-run.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'switch.relink');

export type SwitchRelinkCommandResult = LookedAhead | UpdateResult;

export default class SwitchRelink extends MigrateCommand<SwitchRelinkCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    account: Flags.string({ summary: messages.getMessage('flags.account.summary'), multiple: true }),
    execute: Flags.boolean({ summary: messages.getMessage('flags.execute.summary') }),
    wait: Flags.integer({ summary: messages.getMessage('flags.wait.summary'), min: 0 }),
    'take-over': takeOverFlag,
  };

  public async run(): Promise<SwitchRelinkCommandResult> {
    const { flags } = await this.parse(SwitchRelink);
    return interruptible<LookedAhead | UpdateResult>((signal) =>
      flags.execute ? this.#execute(flags, signal) : this.#plan(flags, signal),
    );
  }

  async #plan(flags: RelinkFlags, signal: AbortSignal): Promise<LookedAhead> {
    const [{ openLookout }, phase] = await Promise.all([
      import('../../../../workbench/lookout.ts'),
      import('../../../../switch/index.ts'),
    ]);
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: true });
    await using lookout = await openLookout(config, flags['target-org'], signal);
    const { catalog, org } = lookout;
    if (catalog === undefined) throw nothingWritten();
    const request = { linkOf: phase.linkOf(config), ...(await accountsOf(flags, org)) };
    const ahead = await phase.planRelink({ catalog, org }, request, phase.switchSettings(config), signal);
    for (const line of phase.aheadLines('relinked', ahead)) this.log(line);
    return ahead;
  }

  async #execute(flags: RelinkFlags, signal: AbortSignal): Promise<UpdateResult> {
    const phase = await import('../../../../switch/index.ts');
    return this.withWorkbench(flags, 'relink', signal, async (workbench, { config }) => {
      const progress = new phase.UpdateProgress();
      const request = {
        linkOf: phase.linkOf(config),
        waitMs: waitMs(flags.wait),
        mode: 'full',
        ...(await accountsOf(flags, workbench.org)),
      } as const;
      const deed = { command: this.typed(), configSnapshot: configSnapshot(config) };
      const result = await this.withProgress(
        'Relink',
        phase.updateStages,
        () => progress.now(),
        signal,
        () => phase.relinkDocuments(workbench, request, phase.switchSettings(config), deed, progress, signal),
      );
      return endOfUpdate(result, {
        log: (line) => this.log(line),
        endWithFailures: () => this.endWithFailures(),
        lines: phase.updateSummary(result),
        resume: 'sf migrate files switch resume',
      });
    });
  }
}

type RelinkFlags = Interfaces.InferredFlags<typeof SwitchRelink.flags>;

async function accountsOf({ account }: RelinkFlags, org: Org): Promise<{ accounts?: AccountId[] }> {
  if (account === undefined) return {};
  const { accountOf } = await import('../../../../switch/index.ts');
  return { accounts: await Promise.all(account.map((each) => accountOf(org, each))) };
}

function nothingWritten(): Failure {
  return new Failure('There is no catalog yet, so no link was ever written.', {
    code: 'catalog-missing',
    failureClass: 'stop',
    actions: ['sf migrate files backup', 'sf migrate files switch'],
  });
}
