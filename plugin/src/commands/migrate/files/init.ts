import { resolve } from 'node:path';
import type { MigrationConfig, MigrationConfigInput } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { Check } from '../../../checks/check.ts';
import type { Answers, KnownAnswers } from '../../../init/first-config.ts';

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
    where: Flags.string({ summary: messages.getMessage('flags.where.summary') }),
    bucket: Flags.string({ summary: messages.getMessage('flags.bucket.summary') }),
    region: Flags.string({ summary: messages.getMessage('flags.region.summary') }),
    endpoint: Flags.string({ summary: messages.getMessage('flags.endpoint.summary') }),
    'link-base-url': Flags.string({ summary: messages.getMessage('flags.link-base-url.summary') }),
    check: Flags.boolean({
      summary: messages.getMessage('flags.check.summary'),
      description: messages.getMessage('flags.check.description'),
      allowNo: true,
    }),
  };

  public async run(): Promise<InitCommandResult> {
    const { flags } = await this.parse(Init);
    const { firstConfig, requireNoFile, writeFirstConfig } = await import('../../../init/first-config.ts');
    const file = resolve(flags['output-file']);
    requireNoFile(file);
    const known = {
      targetOrg: flags['target-org'],
      object: flags.object,
      urlField: flags['url-field'],
      where: flags.where,
      bucket: flags.bucket,
      region: flags.region,
      endpoint: flags.endpoint,
      linkBaseUrl: flags['link-base-url'],
    };
    return interruptible(async (signal) => {
      try {
        const isComplete = known.bucket !== undefined && known.region !== undefined;
        const { input, config } = firstConfig(await this.#answers(known, signal));
        const isChecked = isComplete ? flags.check : !this.argv.includes('--no-check');
        if (isChecked) await this.#check(config, { asks: !isComplete, signal });
        await writeFirstConfig(file, input);
        this.log(messages.getMessage('info.Written', [file]));
        return { file, config: input };
      } catch (error) {
        throw isGivenUp(error) ? givenUp() : error;
      }
    });
  }

  async #answers(known: KnownAnswers, signal: AbortSignal): Promise<Answers> {
    const { bucket, region } = known;
    if (bucket !== undefined && region !== undefined) return { ...known, bucket, region };
    if (!process.stdin.isTTY || !process.stdout.isTTY || this.jsonEnabled()) {
      throw stopWith(messages.getMessage('error.CannotAsk'), {
        name: 'CannotAskError',
        exitCode: exitCode.wrongUse,
        actions: [messages.getMessage('error.CannotAsk.action')],
      });
    }
    const { ask } = await import('../../../ui/init/questions.ts');
    return await ask(known, { signal, say: (line) => this.log(line) });
  }

  /** Asks the org, reads one of the vendor's files of each host, and writes a probe into the bucket. */
  async #check(config: MigrationConfig, { asks, signal }: { asks: boolean; signal: AbortSignal }): Promise<void> {
    const [{ openDoctorContext }, { diagnose }, { isOpen }, screen] = await Promise.all([
      import('../../../context/doctor.ts'),
      import('../../../checks/doctor.ts'),
      import('../../../checks/check.ts'),
      import('../../../ui/checks/text.ts'),
    ]);
    this.log(messages.getMessage('info.Checking'));
    const checks: Check[] = [];
    const printer = new screen.CheckPrinter();
    await using context = await openDoctorContext({ config, targetOrg: config.org.targetOrg, signal }, []);
    for await (const check of diagnose({ ...context, config }, signal)) {
      checks.push(check);
      if (check.status === 'not-checked') continue;
      for (const line of printer.lines(check)) this.log(line);
    }
    for (const line of screen.notCheckedLines(checks)) this.log(line);
    const failed = checks.filter((check) => isOpen(check) && check.blocks === 'backup').length;
    if (failed === 0) return;
    if (asks) {
      const { confirmed } = await import('../../../ui/init/questions.ts');
      const question = messages.getMessage('question.WriteAnyway', [failed]);
      if (await confirmed(question, { signal, say: (line) => this.log(line) })) return;
      throw givenUp();
    }
    throw stopWith(messages.getMessage('error.CheckFailed', [failed]), {
      name: 'CheckFailedError',
      exitCode: exitCode.notReady,
      actions: [messages.getMessage('error.CheckFailed.action')],
    });
  }
}

/** Ctrl-C at a question; the prompts' errors have no common class. */
function isGivenUp(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
}

function givenUp(): Error {
  return stopWith(messages.getMessage('info.GivenUp'), {
    name: 'InitStoppedError',
    exitCode: exitCode.stopped,
    actions: ['sf migrate files init'],
  });
}
