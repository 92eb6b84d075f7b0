import { Messages } from '@salesforce/core';
import { interruptible } from '../../../../command/interruptible.ts';
import { UpdateCommand } from '../../../../command/update-command.ts';
import { updateFlags } from '../../../../command/update-flags.ts';
import type { UpdateResult } from '../../../../jobs/update-documents.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'switch.resume');

export type SwitchResumeCommandResult = UpdateResult;

export default class SwitchResume extends UpdateCommand<SwitchResumeCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = updateFlags;

  public async run(): Promise<SwitchResumeCommandResult> {
    const { flags } = await this.parse(SwitchResume);
    const phase = await import('../../../../switch/index.ts');
    const words = { activity: 'switch', resume: 'sf migrate files switch resume' } as const;
    return interruptible((signal) =>
      this.writing(flags, words, signal, async (workbench, config) => {
        const left = await phase.resumable(workbench.catalog);
        const shared = { linkOf: phase.linkOf(config), mode: 'resume' } as const;
        if (left.kind === 'relink') {
          const { ignoredGates, accounts: named } = left;
          const accounts = named !== undefined && { accounts: named };
          const asked = { ...accounts, ignore: ignoredGates, bearer: workbench.bearer };
          const gates = await phase.relinkReadiness(workbench, config, asked, signal);
          const requireReady = (): void => phase.requireReady(gates);
          const request = { ...shared, ...accounts, ignoredGates, requireReady };
          return ({ settings, deed, progress, waitMs }) =>
            phase.relinkDocuments(workbench, { ...request, waitMs }, { settings, run: deed, progress, signal });
        }
        // an empty wave concludes what earlier runs left, and writes nothing
        const { wave, ignoredGates } = left.kind === 'switch' ? left : { wave: { accounts: [] }, ignoredGates: [] };
        const parallelJobs = left.kind === 'switch' &&
          left.parallelJobs !== undefined && { parallelJobs: left.parallelJobs };
        const { minimumEvidence } = config.switch.gates;
        const request = { ...shared, wave, ignoredGates, minimumEvidence, seenSince: phase.seenSince(config) };
        const gates =
          left.kind === 'switch'
            ? await this.readinessOf(workbench, config, { wave, ignore: ignoredGates }, signal)
            : [];
        const requireReady = (): void => phase.requireReady(gates);
        return ({ deed, progress, waitMs }) =>
          phase.switchDocuments(
            workbench,
            { ...request, requireReady, waitMs },
            { settings: { ...phase.switchSettings(config), ...parallelJobs }, run: deed, progress, signal },
          );
      }),
    );
  }
}
