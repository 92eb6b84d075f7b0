import { Messages } from '@salesforce/core';
import { configSnapshot, type AccountId, type MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import type { Org } from '../org/port.ts';
import type { Gate, IgnorableGate } from '../checks/gate.ts';
import type { WaveRequest } from '../checks/wave.ts';
import type { UpdateProgress } from '../jobs/update-progress.ts';
import type { RunInfo, UpdateResult } from '../jobs/update-documents.ts';
import type { UpdateSettings } from '../jobs/update-settings.ts';
import type { ReadContext } from '../context/read.ts';
import type { WriteContext } from '../context/write.ts';
import { stopWith } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { MigrateCommand } from './migrate-command.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'update');

type PlaceFlags = { 'config-file': string | undefined; 'target-org': string | undefined };
type WriteFlags = PlaceFlags & { 'take-over': boolean; publish: boolean; wait: number | undefined };

/** A lookout onto a catalog that is there. */
export type PlanContext = ReadContext & { readonly catalog: CatalogReader };

/** What every phase that writes to the org is given besides its own request. */
export type Writing = {
  readonly settings: UpdateSettings;
  readonly deed: RunInfo;
  readonly progress: UpdateProgress;
  /** `--wait`; Infinity: until the end. */
  readonly waitMs: number;
};

/** The shape of every command that writes to document records: a plan by a lookout, or a run at the workbench. */
export abstract class UpdateCommand<T> extends MigrateCommand<T> {
  // oclif's manifest reads statics from a command and its parent, no further up
  public static override readonly errorCodes = MigrateCommand.errorCodes;

  /** Looks, and writes nothing: no lock is taken. @throws exit code 70 before the first backup */
  protected async lookingOn<R>(
    flags: PlaceFlags,
    signal: AbortSignal,
    work: (desk: PlanContext, config: MigrationConfig) => Promise<R>,
  ): Promise<R> {
    const { openReadContext } = await import('../context/read.ts');
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: true });
    await using lookout = await openReadContext(config, flags['target-org'], signal);
    const { catalog } = lookout;
    if (catalog === undefined) throw noCatalog(config);
    return await work({ ...lookout, catalog }, config);
  }

  /**
   * Writes: `prepare` says what, once the workbench is open; the write itself is shown with its progress and ends the
   * command with the exit code it deserves.
   */
  protected async writing(
    flags: WriteFlags,
    words: { readonly activity: 'switch' | 'relink' | 'rollback'; readonly resume: string },
    signal: AbortSignal,
    prepare: (workbench: WriteContext, config: MigrationConfig) => Promise<(given: Writing) => Promise<UpdateResult>>,
  ): Promise<UpdateResult> {
    const [jobs, { updateSummary }] = await Promise.all([
      import('../jobs/index.ts'),
      import('../ui/switch/summary.ts'),
    ]);
    return this.withWriteContext(flags, words.activity, signal, async (workbench, { config }) => {
      const write = await prepare(workbench, config);
      const progress = new jobs.UpdateProgress();
      const given: Writing = {
        settings: jobs.updateSettings(config),
        deed: { command: this.typed(), configSnapshot: configSnapshot(config) },
        progress,
        waitMs: flags.wait === undefined ? Infinity : flags.wait * 60_000,
      };
      const result = await this.withProgress(
        titleOf(words.activity),
        jobs.updateStages,
        () => progress.now(),
        signal,
        () => write(given),
        workbench.publisher,
      );
      for (const line of updateSummary(result)) this.log(line);
      return this.#ended(result, words.resume);
    });
  }

  /** Looks at the copies of a wave, with its progress, and then at every gate. */
  protected async readinessOf(
    workbench: WriteContext,
    config: MigrationConfig,
    { wave: request, ignore }: { readonly wave: WaveRequest; readonly ignore: readonly IgnorableGate[] },
    signal: AbortSignal,
  ): Promise<Gate[]> {
    const phase = await import('../checks/index.ts');
    const { catalog, bearer } = workbench;
    const wave = phase.chooseWave(await catalog.waveAccounts(), request);
    const progress = new phase.RecheckProgress();
    const deed = { command: this.typed(), configSnapshot: configSnapshot(config) };
    const seen = await this.withProgress(
      'Readiness',
      phase.recheckStages,
      () => progress.now(),
      signal,
      () => phase.recheckCopies(workbench, config, wave, deed, progress, signal),
    );
    const gates = await phase.readiness(workbench, config, { wave, ignore, bearer, seen }, signal);
    await workbench.publisher?.gatesAre(gates);
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
