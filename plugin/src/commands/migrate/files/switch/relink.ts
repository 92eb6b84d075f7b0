import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { interruptible } from '../../../../command/interruptible.ts';
import { UpdateCommand } from '../../../../command/update-command.ts';
import { planFlags, updateFlags } from '../../../../command/update-flags.ts';
import type { UpdatePreview } from '../../../../jobs/preview-update.ts';
import type { UpdateResult } from '../../../../jobs/update-documents.ts';
import type { Gate } from '../../../../checks/check.ts';

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
    const [
      { linkOf },
      { relinkReadiness },
      { isReady },
      { planRelink },
      { updateSettings },
      { previewLines },
      { readyLines },
    ] = await Promise.all([
      import('../../../../checks/link-of.ts'),
      import('../../../../checks/relink-readiness.ts'),
      import('../../../../checks/readiness.ts'),
      import('../../../../switch/relink.ts'),
      import('../../../../jobs/update-settings.ts'),
      import('../../../../ui/switch/summary.ts'),
      import('../../../../ui/checks/text.ts'),
    ]);
    return this.planning(flags, signal, async (context, config) => {
      const accounts = await this.accountsOf(flags.account, context.org);
      const request = { linkOf: linkOf(config), ...accounts };
      const asked = { ...accounts, ignore: flags['ignore-gate'] ?? [], bearer: context.bearer };
      const gates = await relinkReadiness(context, config, asked, signal);
      const preview = await planRelink(context, request, updateSettings(config), signal);
      const ready = isReady(gates);
      for (const line of [...previewLines('relink', preview), ...readyLines(ready, gates)]) this.log(line);
      return { ...preview, ready, gates };
    });
  }

  async #execute(flags: RelinkFlags, signal: AbortSignal): Promise<UpdateResult> {
    const [{ linkOf }, { relinkReadiness }, { requireReady }, { relinkDocuments }] = await Promise.all([
      import('../../../../checks/link-of.ts'),
      import('../../../../checks/relink-readiness.ts'),
      import('../../../../checks/readiness.ts'),
      import('../../../../switch/relink.ts'),
    ]);
    const words = { activity: 'relink', resume: 'sf migrate files switch resume' } as const;
    return this.writing(flags, words, signal, async (context, config) => {
      const accounts = await this.accountsOf(flags.account, context.org);
      const ignoredGates = flags['ignore-gate'] ?? [];
      const asked = { ...accounts, ignore: ignoredGates, bearer: context.bearer };
      requireReady(await relinkReadiness(context, config, asked, signal));
      const request = { linkOf: linkOf(config), mode: 'full', ignoredGates, ...accounts } as const;
      return (options, waitMs) => relinkDocuments(context, { ...request, waitMs }, options);
    });
  }
}

type RelinkFlags = Interfaces.InferredFlags<typeof SwitchRelink.flags>;
