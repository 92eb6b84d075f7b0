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
    const [
      { resumable },
      { linkOf },
      { requireReady },
      { relinkReadiness },
      relink,
      { switchDocuments, switchRequest },
      own,
    ] = await Promise.all([
      import('../../../../switch/resume.ts'),
      import('../../../../checks/link-of.ts'),
      import('../../../../checks/readiness.ts'),
      import('../../../../checks/relink-readiness.ts'),
      import('../../../../switch/relink.ts'),
      import('../../../../switch/switch.ts'),
      import('../../../../switch/switch-settings.ts'),
    ]);
    const words = { activity: 'switch', resume: 'sf migrate files switch resume' } as const;
    return interruptible((signal) =>
      this.writing(flags, words, signal, async (context, config) => {
        const left = await resumable(context.catalog);
        const mode = 'resume';
        if (left.kind === 'relink') {
          const { ignoredGates, accounts: named } = left;
          const accounts = named !== undefined && { accounts: named };
          const asked = { ...accounts, ignore: ignoredGates, bearer: context.bearer };
          const gates = await relinkReadiness(context, config, asked, signal);
          const ready = (): void => requireReady(gates);
          const request = { linkOf: linkOf(config), mode, ...accounts, ignoredGates, requireReady: ready } as const;
          return (options, waitMs) => relink.relinkDocuments(context, { ...request, waitMs }, options);
        }
        // an empty wave recovers the jobs that earlier runs left, and writes nothing
        const { wave, ignoredGates } = left.kind === 'switch' ? left : { wave: { accounts: [] }, ignoredGates: [] };
        const request = switchRequest(
          config,
          { mode, wave, ignoredGates, requireReady: () => requireReady(gates) },
          { bearer: context.bearer, signal },
        );
        const gates =
          left.kind === 'switch' ? await this.readinessOf(context, config, { wave, ignore: ignoredGates }, signal) : [];
        const parallelJobs = left.kind === 'switch' &&
          left.parallelJobs !== undefined && { parallelJobs: left.parallelJobs };
        const settings = { ...own.switchSettings(config), ...parallelJobs };
        return (options, waitMs) => switchDocuments(context, { ...request, waitMs }, { ...options, settings });
      }),
    );
  }
}
