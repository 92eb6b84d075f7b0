import { resolve } from 'node:path';
import type { MigrationConfigInput } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'init');

export type InitCommandResult = {
  /** Absolute path of the file that was written. */
  readonly file: string;
  readonly config: MigrationConfigInput;
};

export default class Init extends MigrateCommand<InitCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary'), default: 'migration.json' }),
    'target-org': Flags.string({ char: 'o', summary: messages.getMessage('flags.target-org.summary') }),
    object: Flags.string({ summary: messages.getMessage('flags.object.summary') }),
    'url-field': Flags.string({ summary: messages.getMessage('flags.url-field.summary') }),
    bucket: Flags.string({ summary: messages.getMessage('flags.bucket.summary') }),
    region: Flags.string({ summary: messages.getMessage('flags.region.summary') }),
    endpoint: Flags.string({ summary: messages.getMessage('flags.endpoint.summary') }),
    'link-base-url': Flags.string({ summary: messages.getMessage('flags.link-base-url.summary') }),
  };

  public async run(): Promise<InitCommandResult> {
    const { flags } = await this.parse(Init);
    const [{ firstConfig, writeFirstConfig }, { ask }] = await Promise.all([
      import('../../../init/first-config.ts'),
      import('../../../init/questions.ts'),
    ]);
    const known = {
      targetOrg: flags['target-org'],
      object: flags.object,
      urlField: flags['url-field'],
      bucket: flags.bucket,
      region: flags.region,
      endpoint: flags.endpoint,
      linkBaseUrl: flags['link-base-url'],
    };
    return interruptible(async (signal) => {
      const { bucket, region } = known;
      const answers = bucket !== undefined && region !== undefined ? { ...known, bucket, region } : undefined;
      if (answers === undefined && !this.#canAsk()) {
        throw stopWith(messages.getMessage('error.CannotAsk'), {
          name: 'CannotAskError',
          exitCode: exitCode.wrongUse,
          actions: [messages.getMessage('error.CannotAsk.action')],
        });
      }
      const config = firstConfig(answers ?? (await ask(known, signal)));
      const file = resolve(flags['output-file']);
      await writeFirstConfig(file, config);
      this.log(messages.getMessage('info.Written', [file]));
      return { file, config };
    });
  }

  #canAsk(): boolean {
    return process.stdin.isTTY && process.stdout.isTTY && !this.jsonEnabled();
  }
}
