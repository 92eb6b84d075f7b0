import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { configFileFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { FleetWorker, WorkerEnd } from '../../../context/fleet-worker.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'worker');

/** Between two lines that say what it does. */
const lineMs = 60_000;
/** A change is said at once, but not more often. */
const changeMs = 1000;

export type WorkerCommandResult = WorkerEnd;

export default class WorkerCommand extends MigrateCommand<WorkerCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'idle-exit': Flags.integer({
      summary: messages.getMessage('flags.idle-exit.summary'),
      description: messages.getMessage('flags.idle-exit.description'),
      min: 1,
    }),
  };

  public async run(): Promise<WorkerCommandResult> {
    const { flags } = await this.parse(WorkerCommand);
    const { config } = await this.migrationConfig(flags['config-file'], { needsSecrets: true });
    const [{ FleetWorker }, ui] = await Promise.all([
      import('../../../context/fleet-worker.ts'),
      import('../../../ui/worker/text.ts'),
    ]);
    const idleExit = flags['idle-exit'];
    const end = await interruptible((signal) => {
      const worker = new FleetWorker(config, { idleExitMs: idleExit && idleExit * 60_000, signal });
      this.#say(messages.getMessage('info.Queue', [worker.place]));
      return this.#whileShown(worker, ui.workerLine);
    });
    this.log(ui.workerSummary(end));
    return end;
  }

  /** One line a minute, and one when what it does changes: a worker's output goes into a log. */
  async #whileShown(worker: FleetWorker, lineOf: (now: ReturnType<FleetWorker['now']>) => string): Promise<WorkerEnd> {
    let said = '';
    let saidAt = -Infinity;
    const look = (): void => {
      const now = worker.now();
      const kind = `${now.state} ${now.trouble ?? ''} ${now.order?.catalog ?? ''}`;
      if (kind === said && performance.now() - saidAt < lineMs) return;
      said = kind;
      saidAt = performance.now();
      this.#say(lineOf(now));
    };
    const looking = setInterval(look, changeMs);
    try {
      return await worker.run();
    } finally {
      clearInterval(looking);
    }
  }

  #say(line: string): void {
    process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  }
}
