import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { interruptible } from '../../../../command/interruptible.ts';
import { UpdateCommand } from '../../../../command/update-command.ts';
import { planFlags, updateFlags } from '../../../../command/update-flags.ts';
import type { UpdatePreview } from '../../../../jobs/preview-update.ts';
import type { UpdateResult } from '../../../../jobs/update-documents.ts';
import type { Gate } from '../../../../checks/gate.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'switch.relink');

/** What would be rewritten, and whether it may be. */
export type RelinkPlan = UpdatePreview & { readonly ready: boolean; readonly gates: readonly Gate[] };

export type SwitchRelinkCommandResult = RelinkPlan | UpdateResult;

export default class SwitchRelink extends UpdateCommand<SwitchRelinkCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    ...updateFlags,
    ...planFlags,
    'ignore-gate': Flags.option({ options: ['redirect'] as const, multiple: true })({
      summary: messages.getMessage('flags.ignore-gate.summary'),
    }),
  };

  public async run(): Promise<SwitchRelinkCommandResult> {
    const { flags } = await this.parse(SwitchRelink);
    return interruptible<SwitchRelinkCommandResult>((signal) =>
      flags.execute ? this.#execute(flags, signal) : this.#plan(flags, signal),
    );
  }

  async #plan(flags: RelinkFlags, signal: AbortSignal): Promise<RelinkPlan> {
    const [jobs, phase, { previewLines }, { readyLines }] = await Promise.all([
      import('../../../../jobs/index.ts'),
      import('../../../../switch/index.ts'),
      import('../../../../ui/switch/summary.ts'),
      import('../../../../ui/switch/gates.ts'),
    ]);
    return this.lookingOn(flags, signal, async (desk, config) => {
      const accounts = await this.accountsOf(flags.account, desk.org);
      const request = { linkOf: phase.linkOf(config), ...accounts };
      const asked = { ...accounts, ignore: flags['ignore-gate'] ?? [], bearer: desk.bearer };
      const gates = await phase.relinkReadiness(desk, config, asked, signal);
      const ahead = await phase.planRelink(desk, request, jobs.updateSettings(config), signal);
      const ready = gates.every(({ verdict }) => verdict !== 'red');
      for (const line of [...previewLines('relink', ahead), ...readyLines(ready, gates)]) this.log(line);
      return { ...ahead, ready, gates };
    });
  }

  async #execute(flags: RelinkFlags, signal: AbortSignal): Promise<UpdateResult> {
    const phase = await import('../../../../switch/index.ts');
    const words = { activity: 'relink', resume: 'sf migrate files switch resume' } as const;
    return this.writing(flags, words, signal, async (workbench, config) => {
      const accounts = await this.accountsOf(flags.account, workbench.org);
      const ignoredGates = flags['ignore-gate'] ?? [];
      const asked = { ...accounts, ignore: ignoredGates, bearer: workbench.bearer };
      phase.requireReady(await phase.relinkReadiness(workbench, config, asked, signal));
      const shared = { linkOf: phase.linkOf(config), mode: 'full', ignoredGates, ...accounts } as const;
      return ({ settings, deed, progress, waitMs }) =>
        phase.relinkDocuments(workbench, { ...shared, waitMs }, { settings, run: deed, progress, signal });
    });
  }
}

type RelinkFlags = Interfaces.InferredFlags<typeof SwitchRelink.flags>;
