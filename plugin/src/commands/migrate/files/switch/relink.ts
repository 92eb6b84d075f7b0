import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { interruptible } from '../../../../command/interruptible.ts';
import { UpdateCommand } from '../../../../command/update-command.ts';
import { planFlags, updateFlags } from '../../../../command/update-flags.ts';
import type { LookedAhead } from '../../../../jobs/look-ahead.ts';
import type { UpdateResult } from '../../../../jobs/update-run.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'switch.relink');

export type SwitchRelinkCommandResult = LookedAhead | UpdateResult;

export default class SwitchRelink extends UpdateCommand<SwitchRelinkCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = { ...updateFlags, ...planFlags };

  public async run(): Promise<SwitchRelinkCommandResult> {
    const { flags } = await this.parse(SwitchRelink);
    return interruptible<SwitchRelinkCommandResult>((signal) =>
      flags.execute ? this.#execute(flags, signal) : this.#plan(flags, signal),
    );
  }

  async #plan(flags: RelinkFlags, signal: AbortSignal): Promise<LookedAhead> {
    const [jobs, phase] = await Promise.all([
      import('../../../../jobs/index.ts'),
      import('../../../../switch/index.ts'),
    ]);
    return this.lookingOn(flags, signal, async (desk, config) => {
      const request = { linkOf: phase.linkOf(config), ...(await this.accountsOf(flags.account, desk.org)) };
      const ahead = await phase.planRelink(desk, request, jobs.updateSettings(config), signal);
      for (const line of jobs.aheadLines('relinked', ahead)) this.log(line);
      return ahead;
    });
  }

  async #execute(flags: RelinkFlags, signal: AbortSignal): Promise<UpdateResult> {
    const phase = await import('../../../../switch/index.ts');
    const words = { activity: 'relink', resume: 'sf migrate files switch resume' } as const;
    return this.writing(flags, words, signal, async (workbench, config) => {
      const accounts = await this.accountsOf(flags.account, workbench.org);
      const shared = { linkOf: phase.linkOf(config), mode: 'full', ...accounts } as const;
      return ({ settings, deed, progress, waitMs }) =>
        phase.relinkDocuments(workbench, { ...shared, waitMs }, settings, deed, progress, signal);
    });
  }
}

type RelinkFlags = Interfaces.InferredFlags<typeof SwitchRelink.flags>;
