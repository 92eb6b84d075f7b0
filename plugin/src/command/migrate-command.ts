import { SfCommand, toHelpSection } from '@salesforce/sf-plugins-core';
import type { LoadedConfig, MigrationConfig } from '@file-migration/config';
import type { BackupRequest } from '../backup/backup-request.ts';
import type { BackupResult } from '../backup/backup.ts';
import type { WorkersRequest } from '../context/copier.ts';
import type { WriteContext } from '../context/write.ts';
import { withWorkers } from '../fleet/workers-note.ts';
import type { OnPublisherEvent, Publisher } from '../publish/publisher.ts';
import type { ProgressSource } from '../run/progress.ts';
import { progressDisplay } from '../ui/progress/display.ts';
import { publisherMessage } from '../ui/publish/text.ts';
import { commandError, stopWith } from './command-error.ts';
import { exitCode, exitCodeMeanings } from './exit-code.ts';
import { masked } from '../model/masked.ts';

/** Time to answer a question; then it counts as no. */
const answerMs = 600_000;

/** Work whose progress is shown: on the screen, and in Salesforce where there is a publisher. */
export type Shown = {
  readonly title: string;
  readonly stages: readonly string[];
  readonly source: ProgressSource;
  readonly publisher?: Publisher | undefined;
};

/** What all `sf migrate files` commands share: config, context, progress, exit codes, errors that end in a next command. */
export abstract class MigrateCommand<T> extends SfCommand<T> {
  public static override readonly errorCodes = toHelpSection(
    'ERROR CODES',
    Object.fromEntries(Object.entries(exitCodeMeanings)),
  );

  /** The command as the person typed it, for records of who did what; values of flags hold no secrets. */
  protected typed(): string {
    return masked([this.#command(), ...this.argv].join(' '));
  }

  /** `sf migrate files backup` */
  #command(): string {
    return ['sf', ...(this.id ?? '').split(':')].join(' ');
  }

  /** Reads migration.json and passes its warnings on. */
  protected async migrationConfig(
    file: string | undefined,
    { needsSecrets, apiVersion }: { needsSecrets: boolean; apiVersion?: string | undefined },
  ): Promise<LoadedConfig> {
    const { loadConfig } = await import('./config-file.ts');
    const loaded = loadConfig(file, { needsSecrets });
    for (const warning of loaded.warnings) this.warn(warning);
    if (apiVersion === undefined) return loaded;
    return { ...loaded, config: { ...loaded.config, org: { ...loaded.config.org, apiVersion } } };
  }

  /** Opens org, catalog (with its lock), storage and log for work that changes something, and closes them after it. */
  protected async withWriteContext<R>(
    flags: {
      'config-file': string | undefined;
      'target-org': string | undefined;
      'api-version'?: string | undefined;
      'take-over': boolean;
      publish?: boolean;
      processes?: number | undefined;
      workers?: 'fleet' | undefined;
    },
    activity: string,
    signal: AbortSignal,
    work: (context: WriteContext, config: MigrationConfig) => Promise<R>,
  ): Promise<R> {
    // The catalog's thread takes the longest to load, and first: all else loads meanwhile, and help and wrong usage without.
    const { catalogThread } = await import('../catalog/worker-calls.ts');
    await using thread = catalogThread();
    const { config, file } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    const { openWriteContext } = await import('../context/write.ts');
    await using context = await openWriteContext({
      config,
      thread,
      targetOrg: flags['target-org'],
      command: this.typed(),
      activity,
      takeOver: flags['take-over'],
      onWarning: (sentence) => this.warn(sentence),
      publishing: this.publishing(flags.publish ?? false),
      workers: workersOf(flags, file),
      signal,
    });
    return await work(context, config);
  }

  /** Makes a backup and shows its progress: the `backup` command, and what `switch --execute` does first. */
  protected async backup(
    context: WriteContext,
    config: MigrationConfig,
    { request, longestPauseMs, signal }: { request: BackupRequest; longestPauseMs: number; signal: AbortSignal },
  ): Promise<BackupResult> {
    const [{ backup }, { BackupProgress, backupStages }, { backupSettings }, { runInfo }] = await Promise.all([
      import('../backup/backup.ts'),
      import('../backup/backup-progress.ts'),
      import('../backup/backup-request.ts'),
      import('../run/phase-options.ts'),
    ]);
    const progress = new BackupProgress();
    const settings = backupSettings(config, { longestPauseMs });
    const options = { settings, info: runInfo(this.typed(), config), progress, signal };
    const { publisher, workers } = context;
    const shown = {
      title: 'Backup',
      stages: backupStages,
      source: () => withWorkers(progress.now(), workers),
      publisher,
    };
    return await this.withProgress(shown, signal, () => backup(context, request, options));
  }

  /** Shows what happens with publishing; undefined for `--no-publish`. */
  protected publishing(wanted: boolean): OnPublisherEvent | undefined {
    if (!wanted) return undefined;
    return (event) => {
      const { text, isWarning } = publisherMessage(event);
      if (isWarning) this.warn(text);
      else this.log(text);
    };
  }

  /** Shows progress while `work` runs, as fits the output, and publishes the run that it starts. */
  protected async withProgress<R>(shown: Shown, signal: AbortSignal, work: () => Promise<R>): Promise<R> {
    const { source, publisher } = shown;
    return publisher === undefined
      ? this.#displayed(shown, signal, work)
      : publisher.during(source, signal, () => this.#displayed(shown, signal, work));
  }

  async #displayed<R>({ title, stages, source }: Shown, signal: AbortSignal, work: () => Promise<R>): Promise<R> {
    const display = await progressDisplay(title, stages, source, { json: this.jsonEnabled() });
    let end: 'completed' | 'failed' = 'failed';
    try {
      const result = await work();
      end = 'completed';
      return result;
    } finally {
      display.stop(signal.aborted ? 'stopped' : end);
    }
  }

  /**
   * Asks on a terminal before something that cannot be taken back by pressing Ctrl-C; elsewhere, with `--json` and with
   * `--no-prompt` nothing is asked.
   * @throws exit code 69 when the answer is no
   */
  protected async confirmed(question: string, flags: { 'no-prompt': boolean }): Promise<void> {
    if (flags['no-prompt'] || this.jsonEnabled() || !process.stdin.isTTY || !process.stdout.isTTY) return;
    if (await this.confirm({ message: question, ms: answerMs })) return;
    throw stopWith('Nothing was written.', { name: 'NotConfirmedError', exitCode: exitCode.stopped });
  }

  /** `Done, but some documents failed`: the result is complete and printed, the shell still learns of the failures. */
  protected endWithFailures(): void {
    process.exitCode = exitCode.someDocumentsFailed;
  }

  /** An answer without stack: it names paths of this machine, and helps nobody who reads the answer. */
  public override logJson(json: unknown): void {
    const answer = { ...(json as Record<string, unknown>) };
    delete answer.stack;
    delete answer.cause;
    super.logJson(answer);
  }

  protected override async catch(error: Error): Promise<never> {
    return super.catch(commandError(error, this.#command()));
  }
}

/** Who copies and compares, by `--processes` and `--workers`; undefined: this process itself. */
export function workersOf(
  { processes: count, workers }: { readonly processes?: number | undefined; readonly workers?: 'fleet' | undefined },
  configFile: string,
): WorkersRequest | undefined {
  if (workers !== undefined) return { kind: workers };
  return count === undefined ? undefined : { kind: 'processes', count, configFile };
}
