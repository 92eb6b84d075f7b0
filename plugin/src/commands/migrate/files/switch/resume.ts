import { configSnapshot } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { configFileFlag, takeOverFlag, targetOrgFlag } from '../../../../command/flags.ts';
import { interruptible } from '../../../../command/interruptible.ts';
import { MigrateCommand } from '../../../../command/migrate-command.ts';
import { endOfUpdate, waitMs } from '../../../../command/update-end.ts';
import type { UpdateResult } from '../../../../switch/jobs/update-run.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'switch.resume');

export type SwitchResumeCommandResult = UpdateResult;

export default class SwitchResume extends MigrateCommand<SwitchResumeCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    wait: Flags.integer({ summary: messages.getMessage('flags.wait.summary'), min: 0 }),
    'take-over': takeOverFlag,
  };

  public async run(): Promise<SwitchResumeCommandResult> {
    const { flags } = await this.parse(SwitchResume);
    const phase = await import('../../../../switch/index.ts');
    return interruptible((signal) =>
      this.withWorkbench(flags, 'switch', signal, async (workbench, { config }) => {
        const left = await phase.resumable(workbench.catalog);
        const progress = new phase.UpdateProgress();
        const settings = phase.switchSettings(config);
        const deed = { command: this.typed(), configSnapshot: configSnapshot(config) };
        const shared = { linkOf: phase.linkOf(config), waitMs: waitMs(flags.wait), mode: 'resume' } as const;
        const { minimumEvidence } = config.switch.gates;
        const goOn = (): Promise<UpdateResult> => {
          if (left.kind === 'relink') {
            const request = { ...shared, ...(left.accounts !== undefined && { accounts: left.accounts }) };
            return phase.relinkDocuments(workbench, request, settings, deed, progress, signal);
          }
          // an empty wave settles what earlier runs left, and writes nothing
          const wave = left.kind === 'switch' ? left.wave : { accounts: [] };
          const request = { ...shared, wave, minimumEvidence };
          return phase.switchDocuments(workbench, request, settings, deed, progress, signal);
        };
        const result = await this.withProgress('Switch', phase.updateStages, () => progress.now(), signal, goOn);
        return endOfUpdate(result, {
          log: (line) => this.log(line),
          endWithFailures: () => this.endWithFailures(),
          lines: phase.updateSummary(result),
          resume: 'sf migrate files switch resume',
        });
      }),
    );
  }
}
