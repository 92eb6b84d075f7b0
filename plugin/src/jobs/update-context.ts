import type { Mutex } from '../async/mutex.ts';
import type { JobNumber, JournalId, JournalOperation, LinkValues } from '../catalog/journal.ts';
import type { Catalog } from '../catalog/port.ts';
import type { RunId } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { DocumentId } from '@file-migration/config';
import type { RunLog } from '../logs/run-log.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import type { JobDurationEstimate } from './job-duration-estimate.ts';
import type { LinkFieldNames } from './link-fields.ts';
import type { UpdateProgress } from './update-progress.ts';

export type UpdateTools = {
  readonly catalog: Catalog;
  readonly org: Org;
  readonly storage: Storage;
  readonly log: RunLog;
};

/** What a phase wants done to one document, decided from the values that are read just before. */
export type Intent = {
  readonly document: DocumentId;
  readonly revision: number;
  /** Whether the value may be changed: it is the one that was backed up, or the one that we wrote. */
  readonly expects: (now: LinkValues) => boolean;
  readonly after: (now: LinkValues) => LinkValues;
  readonly undoes?: JournalId;
};

/** What all jobs of one run share. */
export type UpdateContext = UpdateTools & {
  readonly run: RunId;
  readonly operation: JournalOperation;
  readonly names: LinkFieldNames;
  /** The columns that the jobs upload. */
  readonly fields: readonly string[];
  /** Names the folder of the rollback lines. */
  readonly catalogUuid: string;
  readonly progress: UpdateProgress;
  readonly wait: Deadline;
  /** How long jobs take, learned from those before. */
  readonly duration: JobDurationEstimate;
  readonly signal: AbortSignal;
  /** Jobs that are being worked on in this process; the others that have not ended are leftovers. */
  readonly inFlight: Set<JobNumber>;
  /** One job is made at a time, so that an orphan differs from a job whose id is about to be kept. */
  readonly making: Mutex;
};

/** The moment at which `--wait` is over. */
export class Deadline {
  readonly #at: number;

  /** @param waitMs Infinity: none */
  constructor(waitMs: number) {
    this.#at = performance.now() + waitMs;
  }

  /** Resolves with the work, unless the time is over before. @throws Failure `stopped` */
  async within<T>(work: Promise<T>): Promise<T> {
    if (this.#at === Infinity) return await work;
    // the loser of the race must not become an unhandled rejection
    work.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(waitedLongEnough()), Math.max(0, this.#at - performance.now()));
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws Failure `stopped` when the time is over: no new job is begun then */
  check(): void {
    if (performance.now() >= this.#at) throw waitedLongEnough();
  }
}

function waitedLongEnough(): Failure {
  return new Failure('The time of --wait is over; a job that Salesforce has goes on there.', {
    code: 'stopped',
    actions: ['sf migrate files switch resume'],
  });
}
