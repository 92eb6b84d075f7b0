import type { Interfaces } from '@oclif/core';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../../../catalog/port.ts';
import { apiVersionFlag, configFileFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { Status as StatusResult, StatusRequest } from '../../../status/status.ts';
import type { WatchScreen } from '../../../ui/status/watch.ts';
import type { ReadContext } from '../../../context/read.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'status');

/** Rows of a list on the screen, where nothing else is asked for. */
const screenRows = 50;

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
    'recent-errors': Flags.integer({ summary: messages.getMessage('flags.recent-errors.summary'), min: 1, max: 1000 }),
    drift: Flags.boolean({ summary: messages.getMessage('flags.drift.summary') }),
    readiness: Flags.boolean({
      summary: messages.getMessage('flags.readiness.summary'),
      description: messages.getMessage('flags.readiness.description'),
    }),
    live: Flags.boolean({
      summary: messages.getMessage('flags.live.summary'),
      description: messages.getMessage('flags.live.description'),
    }),
    all: Flags.boolean({
      summary: messages.getMessage('flags.all.summary'),
      description: messages.getMessage('flags.all.description'),
    }),
    'target-org': Flags.string({
      char: 'o',
      summary: messages.getMessage('flags.target-org.summary'),
      relationships: [{ type: 'some', flags: ['live', 'readiness', 'all'] }],
    }),
    'api-version': apiVersionFlag,
    limit: Flags.integer({ summary: messages.getMessage('flags.limit.summary'), min: 1 }),
    watch: Flags.boolean({
      summary: messages.getMessage('flags.watch.summary'),
      description: messages.getMessage('flags.watch.description'),
      exclusive: ['live', 'readiness', 'all', 'output-file'],
    }),
    'output-file': Flags.file({ summary: messages.getMessage('flags.output-file.summary') }),
    'result-format': Flags.option({ options: ['json', 'csv'] as const })({
      summary: messages.getMessage('flags.result-format.summary'),
      dependsOn: ['output-file'],
    }),
  };

  public async run(): Promise<StatusCommandResult> {
    const { flags } = await this.parse(Status);
    const asks = asksOutside(flags);
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: asks,
      apiVersion: flags['api-version'],
    });
    return interruptible(async (signal) => {
      if (!asks) {
        const { openExistingCatalog } = await import('../../../context/open-catalog.ts');
        await using catalog = await openExistingCatalog(config.catalog.file);
        return await this.#status(flags, { config, catalog, outside: undefined }, signal);
      }
      const { openReadContext } = await import('../../../context/read.ts');
      await using outside = await openReadContext({ config, targetOrg: flags['target-org'], signal });
      return await this.#status(flags, { config, catalog: outside.catalog, outside }, signal);
    });
  }

  async #status(
    flags: StatusFlags,
    { config, catalog, outside }: StatusContext,
    signal: AbortSignal,
  ): Promise<StatusCommandResult> {
    const { file } = config.catalog;
    if (catalog === undefined) {
      this.log(messages.getMessage('info.NoCatalog', [file]));
      return { catalog: null, file };
    }
    const { readStatus } = await import('../../../status/status.ts');
    const request = requested(flags);
    const read = (): Promise<StatusResult> => readStatus(catalog, file, request);
    const status = flags.watch
      ? await (await import('../../../ui/status/watch.ts')).watchStatus(read, () => this.#screen(), signal)
      : { ...(await read()), ...(await this.#asked(flags, { config, catalog, outside }, signal)) };
    const output = flags['output-file'];
    if (output !== undefined) {
      const { writeStatusFile } = await import('../../../ui/status/file.ts');
      await writeStatusFile(output, status, flags['result-format']);
      this.log(messages.getMessage('info.Written', [output]));
    } else if (!flags.watch || this.#screen().terminal === undefined) {
      const { statusLines } = await import('../../../ui/status/text.ts');
      for (const line of statusLines(status)) this.log(line);
    }
    return status;
  }

  /** The parts that are worked out from more than the catalog's rows. */
  async #asked(
    flags: StatusFlags,
    { config, catalog, outside }: StatusContext & { readonly catalog: CatalogReader },
    signal: AbortSignal,
  ): Promise<Pick<StatusResult, 'readiness' | 'live'>> {
    const readiness = flags.readiness || flags.all;
    if (!readiness && !flags.live) return {};
    const [{ readinessStatus }, { liveStatus }, { allLinkBases }] = await Promise.all([
      import('../../../status/readiness-status.ts'),
      import('../../../status/live.ts'),
      import('../../../context/binding.ts'),
    ]);
    if (outside !== undefined) this.spinner.start(messages.getMessage('info.Asking'));
    const onRead = (documents: number): void => {
      this.spinner.status = messages.getMessage('info.Read', [documents.toLocaleString('en-US')]);
    };
    const limit = flags.limit ?? (flags['output-file'] === undefined ? screenRows : Infinity);
    const parts = {
      ...(readiness && { readiness: await readinessStatus(catalog, config, outside, signal) }),
      ...(flags.live &&
        outside !== undefined && {
          live: await liveStatus(catalog, outside.org, { linkBases: allLinkBases(config), limit, onRead }),
        }),
    };
    if (outside !== undefined) this.spinner.stop();
    return parts;
  }

  #screen(): WatchScreen {
    const { stdout, stderr } = process;
    const isTerminal = stdout.isTTY && !this.jsonEnabled() && process.env.CI === undefined;
    return {
      terminal: isTerminal ? { columns: stdout.columns, rows: stdout.rows } : undefined,
      draw: (text) => void stdout.write(text),
      line: (text) => void stderr.write(`${text}\n`),
    };
  }
}

/** What a status is read from; `outside` is undefined where neither the org nor a store is asked. */
type StatusContext = {
  readonly config: MigrationConfig;
  readonly catalog: CatalogReader | undefined;
  readonly outside: ReadContext | undefined;
};

type StatusFlags = Interfaces.InferredFlags<typeof Status.flags>;

function asksOutside(flags: StatusFlags): boolean {
  return flags.live || flags['target-org'] !== undefined;
}

/** Nothing asked for means the overview. */
function requested(flags: StatusFlags): StatusRequest {
  const { all } = flags;
  const rows = flags.limit ?? (flags['output-file'] === undefined ? screenRows : Infinity);
  const anything =
    flags.runs ||
    flags.accounts ||
    flags.errors ||
    flags['recent-errors'] !== undefined ||
    flags.drift ||
    flags.readiness ||
    flags.live;
  return {
    overview: flags.overview || flags.watch || all || !anything,
    runs: flags.runs || all ? rows : undefined,
    accounts: flags.accounts || all ? rows : undefined,
    errors: flags.errors || all,
    recentErrors: flags['recent-errors'] ?? (all ? rows : undefined),
    drift: flags.drift || all,
  };
}
