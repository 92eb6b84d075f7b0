import { SfCommand, toHelpSection } from '@salesforce/sf-plugins-core';
import type { LoadedConfig } from '@file-migration/config';
import { progressDisplay } from '../ui/progress/display.ts';
import type { ProgressSource } from '../run/progress.ts';
import type { OnPublisherEvent, Publisher } from '../publish/publisher.ts';
import { publisherMessage } from '../ui/publish/text.ts';
import { keepHeapSmall } from '../context/small-heap.ts';
import type { WriteContext } from '../context/write.ts';
import { commandError } from './command-error.ts';
import { exitCode, exitCodeMeanings } from './exit-code.ts';

/** What all `sf migrate files` commands share: config, workbench, progress, exit codes, errors that end in a next command. */
export abstract class MigrateCommand<T> extends SfCommand<T> {
  public static override readonly errorCodes = toHelpSection(
    'ERROR CODES',
    Object.fromEntries(Object.entries(exitCodeMeanings)),
  );

  /** The command as the person typed it, for records of who did what; values of flags hold no secrets. */
  protected typed(): string {
    return [this.#command(), ...this.argv].join(' ');
  }

  /** `sf migrate files backup` */
  #command(): string {
    return ['sf', ...(this.id ?? '').split(':')].join(' ');
  }

  /** Reads migration.json and passes its warnings on. */
  protected async migrationConfig(file: string | undefined, needs: { needsSecrets: boolean }): Promise<LoadedConfig> {
    const { loadConfig } = await import('./config-file.ts');
    const loaded = loadConfig(file, needs);
    for (const warning of loaded.warnings) this.warn(warning);
    return loaded;
  }

  /** Opens org, catalog (with its lock), storage and log for work that changes something, and closes them after it. */
  protected async withWriteContext<R>(
    flags: {
      'config-file': string | undefined;
      'target-org': string | undefined;
      'take-over': boolean;
      publish?: boolean;
    },
    activity: string,
    signal: AbortSignal,
    work: (workbench: WriteContext, loaded: LoadedConfig) => Promise<R>,
  ): Promise<R> {
    // The catalog's thread takes the longest to load, and first: all else loads meanwhile, and help and wrong usage without.
    const { catalogThread } = await import('../catalog/worker-calls.ts');
    await using thread = catalogThread();
    const loaded = await this.migrationConfig(flags['config-file'], { needsSecrets: true });
    const { openWriteContext } = await import('../context/write.ts');
    const workbench = await openWriteContext({
      loaded,
      thread,
      targetOrg: flags['target-org'],
      command: this.typed(),
      activity,
      takeOver: flags['take-over'],
      publishing: this.publishing(flags.publish ?? false),
      signal,
    });
    try {
      return await work(workbench, loaded);
    } finally {
      await workbench.close();
    }
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
  protected async withProgress<R>(
    title: string,
    stages: readonly string[],
    source: ProgressSource,
    signal: AbortSignal,
    work: () => Promise<R>,
    publisher?: Publisher,
  ): Promise<R> {
    return publisher === undefined
      ? this.#shown(title, stages, source, signal, work)
      : publisher.during(source, signal, () => this.#shown(title, stages, source, signal, work));
  }

  async #shown<R>(
    title: string,
    stages: readonly string[],
    source: ProgressSource,
    signal: AbortSignal,
    work: () => Promise<R>,
  ): Promise<R> {
    keepHeapSmall();
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
