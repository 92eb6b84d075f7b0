import type { Interfaces } from '@oclif/core';
import { configSnapshot, type AccountId, type MigrationConfig } from '@file-migration/config';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { RunId } from '../../../catalog/port.ts';
import { configFileFlag, takeOverFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import { endOfUpdate, waitMs } from '../../../command/update-end.ts';
import { Failure } from '../../../errors/failure.ts';
import type { Org } from '../../../org/port.ts';
import type { RollbackRequest } from '../../../rollback/rollback.ts';
import type { LookedAhead } from '../../../switch/jobs/look-ahead.ts';
import type { UpdateResult } from '../../../switch/jobs/update-run.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'rollback');

export type RollbackCommandResult = LookedAhead | UpdateResult;

export default class Rollback extends MigrateCommand<RollbackCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'from-database': Flags.boolean({
      summary: messages.getMessage('flags.from-database.summary'),
      exactlyOne: ['from-database', 'rollback-file'],
    }),
    'rollback-file': Flags.file({ summary: messages.getMessage('flags.rollback-file.summary'), exists: true }),
    run: Flags.integer({ summary: messages.getMessage('flags.run.summary'), min: 1, dependsOn: ['from-database'] }),
    account: Flags.string({ summary: messages.getMessage('flags.account.summary'), multiple: true }),
    execute: Flags.boolean({ summary: messages.getMessage('flags.execute.summary'), exclusive: ['dry-run'] }),
    'dry-run': Flags.boolean({ summary: messages.getMessage('flags.dry-run.summary') }),
    wait: Flags.integer({ summary: messages.getMessage('flags.wait.summary'), min: 0 }),
    'take-over': takeOverFlag,
  };

  public async run(): Promise<RollbackCommandResult> {
    const { flags } = await this.parse(Rollback);
    return interruptible<RollbackCommandResult>((signal) =>
      flags.execute ? this.#execute(flags, signal) : this.#plan(flags, signal),
    );
  }

  async #plan(flags: RollbackFlags, signal: AbortSignal): Promise<LookedAhead> {
    const [{ openLookout }, phase, { planRollback }] = await Promise.all([
      import('../../../workbench/lookout.ts'),
      import('../../../switch/index.ts'),
      import('../../../rollback/index.ts'),
    ]);
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: true });
    await using lookout = await openLookout(config, flags['target-org'], signal);
    const { catalog, org } = lookout;
    if (catalog === undefined) throw nothingWritten();
    const request = await asked(flags, config, org);
    const ahead = await planRollback({ catalog, org }, request, phase.switchSettings(config), signal);
    for (const line of phase.aheadLines('rolled back', ahead)) this.log(line);
    return ahead;
  }

  async #execute(flags: RollbackFlags, signal: AbortSignal): Promise<UpdateResult> {
    const [phase, { rollback }] = await Promise.all([
      import('../../../switch/index.ts'),
      import('../../../rollback/index.ts'),
    ]);
    return this.withWorkbench(flags, 'rollback', signal, async (workbench, { config }) => {
      const progress = new phase.UpdateProgress();
      const request = { ...(await asked(flags, config, workbench.org)), waitMs: waitMs(flags.wait) };
      const deed = { command: this.typed(), configSnapshot: configSnapshot(config) };
      const result = await this.withProgress(
        'Rollback',
        phase.updateStages,
        () => progress.now(),
        signal,
        () => rollback(workbench, request, phase.switchSettings(config), deed, progress, signal),
      );
      return endOfUpdate(result, {
        log: (line) => this.log(line),
        endWithFailures: () => this.endWithFailures(),
        lines: phase.updateSummary(result),
        resume: this.typed(),
      });
    });
  }
}

type RollbackFlags = Interfaces.InferredFlags<typeof Rollback.flags>;

async function asked(
  flags: RollbackFlags,
  config: MigrationConfig,
  org: Org,
): Promise<Pick<RollbackRequest, 'source' | 'accounts'>> {
  const [{ accountOf }, { isOursFor, readRollbackFile }] = await Promise.all([
    import('../../../switch/index.ts'),
    import('../../../rollback/index.ts'),
  ]);
  const accounts: AccountId[] | undefined =
    flags.account && (await Promise.all(flags.account.map((account) => accountOf(org, account))));
  const file = flags['rollback-file'];
  const source: RollbackRequest['source'] =
    file === undefined
      ? { kind: 'database', ...(flags.run !== undefined && { run: flags.run as RunId }) }
      : { kind: 'file', records: await readRollbackFile(file), isOurs: isOursFor(config) };
  return { source, ...(accounts !== undefined && { accounts }) };
}

function nothingWritten(): Failure {
  return new Failure('There is no catalog yet, so nothing of ours can be rolled back.', {
    code: 'catalog-missing',
    failureClass: 'stop',
    actions: ['sf migrate files backup'],
  });
}
