import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { configFileFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { Status as StatusResult, StatusRequest } from '../../../status/status.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'status');

const watchMs = 2_000;

export type StatusCommandResult = StatusResult | { readonly catalog: null; readonly file: string };

export default class Status extends MigrateCommand<StatusCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    overview: Flags.boolean({ summary: messages.getMessage('flags.overview.summary') }),
    runs: Flags.boolean({ summary: messages.getMessage('flags.runs.summary') }),
    accounts: Flags.boolean({ summary: messages.getMessage('flags.accounts.summary') }),
    errors: Flags.boolean({ summary: messages.getMessage('flags.errors.summary') }),
    'recent-errors': Flags.integer({ summary: messages.getMessage('flags.recent-errors.summary'), min: 1 }),
    limit: Flags.integer({ summary: messages.getMessage('flags.limit.summary'), min: 1, default: 50 }),
    all: Flags.boolean({ summary: messages.getMessage('flags.all.summary') }),
    watch: Flags.boolean({ summary: messages.getMessage('flags.watch.summary') }),
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'result-format': Flags.option({ options: ['json', 'csv'] as const })({
      summary: messages.getMessage('flags.result-format.summary'),
      dependsOn: ['output-file'],
    }),
  };

  public async run(): Promise<StatusCommandResult> {
    const { flags } = await this.parse(Status);
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: false });
    const [{ lookInto }, { readStatus, statusCsv, statusLines }] = await Promise.all([
      import('../../../workbench/look-into.ts'),
      import('../../../status/index.ts'),
    ]);
    const { file } = config.catalog;
    await using catalog = await lookInto(file);
    if (catalog === undefined) {
      this.log(messages.getMessage('info.NoCatalog', [file]));
      return { catalog: null, file };
    }
    const read = (): Promise<StatusResult> => readStatus(catalog, file, requested(flags));
    const output = flags['output-file'];
    if (output !== undefined) {
      const status = await read();
      const format = flags['result-format'];
      await writeFile(output, format === 'csv' ? statusCsv(status) : `${JSON.stringify(status, null, 2)}\n`);
      this.log(messages.getMessage('info.Written', [output]));
      return status;
    }
    if (!flags.watch || this.jsonEnabled()) return this.#show(await read(), statusLines);
    return await interruptible(async (signal) => {
      for (;;) {
        const status = await read();
        if (process.stdout.isTTY) this.log('\u001b[2J\u001b[H');
        this.#show(status, statusLines);
        if (status.holder === undefined || signal.aborted) return status;
        await sleep(watchMs, undefined, { signal }).catch(() => undefined);
        if (isAborted(signal)) return status;
      }
    });
  }

  #show(status: StatusResult, lines: (status: StatusResult) => string[]): StatusResult {
    for (const line of lines(status)) this.log(line);
    return status;
  }
}

/** Nothing asked for means the overview. */
function requested(flags: Interfaces.InferredFlags<typeof Status.flags>): StatusRequest {
  const anything = flags.runs || flags.accounts || flags.errors || flags['recent-errors'] !== undefined;
  return {
    overview: flags.overview || flags.watch || flags.all || !anything,
    runs: flags.runs || flags.all ? flags.limit : undefined,
    accounts: flags.accounts || flags.all ? flags.limit : undefined,
    errors: flags.errors || flags.all,
    recentErrors: flags['recent-errors'] ?? (flags.all ? flags.limit : undefined),
  };
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
