import { Messages } from '@salesforce/core';
import type { AccountId, MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import type { Org } from '../org/port.ts';
import type { Gate } from '../checks/check.ts';
import type { IgnorableGate } from '../checks/rule-book.ts';
import type { WaveRequest } from '../checks/wave.ts';
import type { UpdateOptions, UpdateResult } from '../jobs/update-documents.ts';
import type { ReadContext } from '../context/read.ts';
import type { WriteContext } from '../context/write.ts';
import { stopWith } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { MigrateCommand } from './migrate-command.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'update');

type PlaceFlags = {
  'config-file': string | undefined;
  'target-org': string | undefined;
  'api-version': string | undefined;
};
type WriteFlags = PlaceFlags & { 'take-over': boolean; publish: boolean; wait: number | undefined };

/** What a plan reads: the catalog is there. */
export type PlanContext = ReadContext & { readonly catalog: CatalogReader };

/** The shape of every command that writes to document records: a plan that only reads, or a run. */
export abstract class UpdateCommand<T> extends MigrateCommand<T> {
  // oclif's manifest reads statics from a command and its parent, no further up
  public static override readonly errorCodes = MigrateCommand.errorCodes;

  /** Looks, and writes nothing: no lock is taken. @throws exit code 70 before the first backup */
  protected async planning<R>(
    flags: PlaceFlags,
    signal: AbortSignal,
    work: (context: PlanContext, config: MigrationConfig) => Promise<R>,
  ): Promise<R> {
    const { openReadContext } = await import('../context/read.ts');
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    await using context = await openReadContext({ config, targetOrg: flags['target-org'], signal });
    const { catalog } = context;
    if (catalog === undefined) throw noCatalog(config);
    return await work({ ...context, catalog }, config);
  }

  /**
   * Writes: `prepare` says what, once the context is open; the write itself is shown with its progress and ends the
   * command with the exit code it deserves.
   */
  protected async writing(
    flags: WriteFlags,
    words: { readonly activity: 'switch' | 'relink' | 'rollback'; readonly resume: string },
    signal: AbortSignal,
    prepare: (
      context: WriteContext,
      config: MigrationConfig,
    ) => Promise<(options: UpdateOptions, waitMs: number) => Promise<UpdateResult>>,
  ): Promise<UpdateResult> {
    return this.withWriteContext(flags, words.activity, signal, async (context, config) => {
      const [{ UpdateProgress, updateStages }, { updateSettings }, { updateSummary }, { runInfo }] = await Promise.all([
        import('../jobs/update-progress.ts'),
        import('../jobs/update-settings.ts'),
        import('../ui/switch/summary.ts'),
        import('../run/phase-options.ts'),
      ]);
      const write = await prepare(context, config);
      const progress = new UpdateProgress();
      const options: UpdateOptions = {
        settings: updateSettings(config),
        info: runInfo(this.typed(), config),
        progress,
        signal,
      };
      const waitMs = flags.wait === undefined ? Infinity : flags.wait * 60_000;
      const { publisher } = context;
      const title = titleOf(words.activity);
      const shown = { title, stages: updateStages, source: () => progress.now(), publisher };
      const result = await this.withProgress(shown, signal, () => write(options, waitMs));
      for (const line of updateSummary(result)) this.log(line);
      return this.#ended(result, words.resume);
    });
  }

  /** Compares the copies of a wave, with its progress, and then looks at every gate. */
  protected async readinessOf(
    context: WriteContext,
    config: MigrationConfig,
    { wave: request, ignore }: { readonly wave: WaveRequest; readonly ignore: readonly IgnorableGate[] },
    signal: AbortSignal,
  ): Promise<Gate[]> {
    const [{ recheckCopies, recheckStages }, { VerifyProgress }, { readiness }, { chooseWave }, { runInfo }] =
      await Promise.all([
        import('../verify/recheck-copies.ts'),
        import('../verify/verify-progress.ts'),
        import('../checks/readiness.ts'),
        import('../checks/wave.ts'),
        import('../run/phase-options.ts'),
      ]);
    const { catalog, bearer } = context;
    const wave = chooseWave(await catalog.waveAccounts(), request);
    const progress = new VerifyProgress(recheckStages[0]);
    const options = { settings: config, info: runInfo(this.typed(), config), progress, signal };
    const shown = { title: 'Readiness', stages: recheckStages, source: () => progress.now() };
    const seen = await this.withProgress(shown, signal, () => recheckCopies(context, wave, options));
    const gates = await readiness(context, config, { wave, ignore, bearer, seen }, signal);
    await context.publisher?.gatesAre(gates);
    return gates;
  }

  /** The accounts that `--account` names. */
  protected async accountsOf(named: readonly string[] | undefined, org: Org): Promise<{ accounts?: AccountId[] }> {
    if (named === undefined) return {};
    const { accountInOrg } = await import('./named-account.ts');
    return { accounts: await Promise.all(named.map((each) => accountInOrg(org, each))) };
  }

  /** Exit code 68 for failures, and 69 with the command to resume when the run has stopped. */
  #ended(result: UpdateResult, resume: string): UpdateResult {
    if (result.status === 'stopped') {
      throw stopWith(`Stopped: ${result.message ?? ''} Nothing is lost.`, {
        name: 'UpdateStoppedError',
        exitCode: exitCode.stopped,
        actions: [resume],
        data: result,
      });
    }
    if (result.status === 'completed_with_failures') this.endWithFailures();
    return result;
  }
}

function titleOf(activity: string): string {
  return activity.charAt(0).toUpperCase() + activity.slice(1);
}

function noCatalog({ catalog }: MigrationConfig): Error {
  return stopWith(messages.getMessage('error.NoCatalog', [catalog.file]), {
    name: 'NotReadyError',
    exitCode: exitCode.notReady,
    actions: ['sf migrate files backup'],
  });
}
