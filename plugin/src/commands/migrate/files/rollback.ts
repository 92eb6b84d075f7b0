import type { Interfaces } from '@oclif/core';
import type { MigrationConfig } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { RunId } from '../../../model/run.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { UpdateCommand } from '../../../command/update-command.ts';
import { planFlags, updateFlags } from '../../../command/update-flags.ts';
import type { Org } from '../../../org/port.ts';
import type { RollbackRequest } from '../../../rollback/rollback.ts';
import type { UpdatePreview } from '../../../jobs/preview-update.ts';
import type { UpdateResult } from '../../../jobs/update-documents.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'rollback');

export type RollbackCommandResult = UpdatePreview | UpdateResult;

export default class Rollback extends UpdateCommand<RollbackCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    ...updateFlags,
    ...planFlags,
    'from-database': Flags.boolean({
      summary: messages.getMessage('flags.from-database.summary'),
      exactlyOne: ['from-database', 'rollback-file'],
    }),
    'rollback-file': Flags.file({ summary: messages.getMessage('flags.rollback-file.summary'), exists: true }),
    run: Flags.integer({ summary: messages.getMessage('flags.run.summary'), min: 1, dependsOn: ['from-database'] }),
  };

  public async run(): Promise<RollbackCommandResult> {
    const { flags } = await this.parse(Rollback);
    return interruptible<RollbackCommandResult>((signal) =>
      flags.execute ? this.#execute(flags, signal) : this.#plan(flags, signal),
    );
  }

  async #plan(flags: RollbackFlags, signal: AbortSignal): Promise<UpdatePreview> {
    const [{ planRollback }, { updateSettings }, { previewLines }] = await Promise.all([
      import('../../../rollback/rollback.ts'),
      import('../../../jobs/update-settings.ts'),
      import('../../../ui/switch/summary.ts'),
    ]);
    return this.planning(flags, signal, async (context, config) => {
      const request = await this.#asked(flags, config, context.org);
      const preview = await planRollback(context, request, updateSettings(config), signal);
      for (const line of previewLines('roll back', preview)) this.log(line);
      return preview;
    });
  }

  async #execute(flags: RollbackFlags, signal: AbortSignal): Promise<UpdateResult> {
    const { rollback } = await import('../../../rollback/rollback.ts');
    const words = { activity: 'rollback', resume: this.typed() } as const;
    return this.writing(flags, words, signal, async (context, config) => {
      const request = await this.#asked(flags, config, context.org);
      return (options, waitMs) => rollback(context, { ...request, waitMs }, options);
    });
  }

  async #asked(flags: RollbackFlags, config: MigrationConfig, org: Org): Promise<Omit<RollbackRequest, 'waitMs'>> {
    const [{ isKnownHostFor, isOursFor }, { readRollbackFile }] = await Promise.all([
      import('../../../rollback/file-intents.ts'),
      import('../../../rollback/rollback-file.ts'),
    ]);
    const file = flags['rollback-file'];
    const source: RollbackRequest['source'] =
      file === undefined
        ? { kind: 'database', ...(flags.run !== undefined && { run: flags.run as RunId }) }
        : {
            kind: 'file',
            records: await readRollbackFile(file),
            isOurs: isOursFor(config),
            isKnownHost: isKnownHostFor(config),
          };
    return { source, ...(await this.accountsOf(flags.account, org)) };
  }
}

type RollbackFlags = Interfaces.InferredFlags<typeof Rollback.flags>;
