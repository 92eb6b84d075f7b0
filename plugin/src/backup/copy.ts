import { hostname } from 'node:os';
import type { AccountId } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import type { ClaimedDocument } from '../catalog/copy-queue.ts';
import type { CopyOutcome, CopyResult } from '../model/copy-outcome.ts';
import type { RunId } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { Storage } from '../storage/storage.ts';
import type { BackupProgress } from './backup-progress.ts';
import type { BackupSettings } from './backup-request.ts';
import { copyOutcome } from './copy-outcome.ts';
import { filteredBy } from './filters.ts';
import { OutcomeWriter } from './outcome-writer.ts';
import { concurrently } from '../async/concurrently.ts';
import { abandonAfterDrain } from '../run/drain.ts';
import { Pause } from '../run/pause.ts';
import { WakeSignal } from '../run/wake-signal.ts';
import { remainingOf } from './scope.ts';
import { CircuitBreaker } from '../run/circuit-breaker.ts';

const claimTtlMs = 15 * 60_000;
/** How often an empty queue is looked at again when there is no news: retries come due. */
const idleMs = 100;

export type CopyScope = {
  readonly run: RunId;
  readonly accountId: AccountId | undefined;
  readonly limit: number | undefined;
};

/**
 * The copying half of a backup: claims documents, has storage copy them and writes down what became of each, until the
 * queue is empty and discovery brings no more.
 */
export class CopyStage {
  readonly #catalog: Catalog;
  readonly #storage: Storage;
  readonly #settings: BackupSettings;
  readonly #scope: CopyScope;
  readonly #progress: BackupProgress;
  readonly #writer: OutcomeWriter;
  readonly #pause: Pause;
  readonly #news = new WakeSignal();
  readonly #breaker = new CircuitBreaker();
  /** In flight, or waiting for their turn; what waits has had it before the queue is found empty. */
  readonly #claimed = new Set<ClaimedDocument>();
  /** Why the stage ends before the queue does; the first reason counts. */
  readonly #halt = new AbortController();
  /** Ends copies that outlast the drain. */
  readonly #abandon = new AbortController();
  /** Whether discovery may still bring documents. */
  #discovering = true;
  /** Documents taken on that did not go back. */
  #taken = 0;

  constructor(
    { catalog, storage }: { catalog: Catalog; storage: Storage },
    settings: BackupSettings,
    scope: CopyScope,
    progress: BackupProgress,
  ) {
    this.#catalog = catalog;
    this.#storage = storage;
    this.#settings = settings;
    this.#scope = scope;
    this.#progress = progress;
    this.#writer = new OutcomeWriter(catalog, scope.run);
    this.#pause = new Pause(settings.longestPauseMs);
  }

  /**
   * Returns when every document has its outcome, or when `signal` aborts and what was in flight has drained.
   * @throws Failure of class `stop`, or of class `pause` when the limit lasts longer than the run may wait
   */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = AbortSignal.any([signal, this.#halt.signal]);
    const keepClaims = setInterval(() => void this.#extendClaims(), claimTtlMs / 3);
    const wake = (): void => this.wake();
    stopped.addEventListener('abort', wake);
    const unwatch = abandonAfterDrain(stopped, this.#abandon, this.#settings.drainMs);
    try {
      const atOnce = (): number => this.#storage.load().documents;
      await concurrently(this.#claims(stopped), { atOnce }, (document) => this.#copy(document));
      await this.#writer.flush();
    } finally {
      clearInterval(keepClaims);
      stopped.removeEventListener('abort', wake);
      unwatch();
    }
    this.#halt.signal.throwIfAborted();
  }

  /** Has the queue looked at now: there may be more in it, or no more to come. */
  wake(): void {
    this.#news.notify();
  }

  /** Once nothing is left in the queue, nothing more will come. */
  discoveryEnded(): void {
    this.#discovering = false;
    this.wake();
  }

  async *#claims(stopped: AbortSignal): AsyncGenerator<ClaimedDocument, void> {
    while (!stopped.aborted) {
      await this.#pause.over(stopped);
      this.#news.reset();
      const documents = await this.#claim();
      for (const document of documents) {
        if (isAborted(stopped)) this.#release(document);
        else yield document;
      }
      if (documents.length > 0) continue;
      if (this.#claimed.size === 0) {
        if (this.#limitReached()) return;
        if (!this.#discovering && (await this.#remaining()) === 0) return;
      }
      await this.#news.wait(idleMs);
    }
  }

  /** Documents that still wait to be copied, those put off for another try among them: by the catalog, never counted here. */
  async #remaining(): Promise<number> {
    await this.#writer.flush();
    return await remainingOf(this.#catalog, this.#scope.accountId);
  }

  async #claim(): Promise<ClaimedDocument[]> {
    try {
      const room = Math.min(this.#settings.documentsPerClaim, (this.#scope.limit ?? Infinity) - this.#taken);
      if (room <= 0) return [];
      const documents = await this.#catalog.claim({
        run: this.#scope.run,
        n: room,
        worker: `${hostname()}:${process.pid}`,
        ttlMs: claimTtlMs,
        ...(this.#scope.accountId !== undefined && { accountId: this.#scope.accountId }),
      });
      for (const document of documents) this.#claimed.add(document);
      this.#taken += documents.length;
      return documents;
    } catch (error) {
      this.#halt.abort(error);
      return [];
    }
  }

  async #copy(document: ClaimedDocument): Promise<void> {
    try {
      this.#conclude(document, await this.#outcome(document));
    } catch (error) {
      // A stop or a fault of ours concerns every document: end the stage, and give this one back as it was.
      this.#halt.abort(error);
      this.#release(document);
    } finally {
      // The last one of an empty queue may have been all there was.
      if (this.#claimed.size === 0) this.wake();
    }
  }

  async #outcome(document: ClaimedDocument): Promise<CopyOutcome> {
    const rule = filteredBy(this.#settings.filters, document.name);
    if (rule !== undefined) return { kind: 'skipped', rule };
    const result = await this.#storageCopy(document);
    const { attempts, retryWaitsMs: waitsMs } = this.#settings;
    return copyOutcome(document, result, { attempts, waitsMs, now: Date.now() });
  }

  async #storageCopy(document: ClaimedDocument): Promise<CopyResult> {
    try {
      return await this.#storage.copy(
        {
          document: document.id,
          revision: document.revision,
          url: document.originalUrl,
          key: document.key,
          fileName: document.name,
          externalId: document.externalId,
        },
        this.#abandon.signal,
      );
    } catch (error) {
      if (!(error instanceof Failure) || error.failureClass !== 'pause') throw error;
      const forMs = this.#pause.begin(error);
      this.#progress.paused(error.message, forMs);
      return { kind: 'released' };
    }
  }

  #conclude(document: ClaimedDocument, outcome: CopyOutcome): void {
    if (outcome.kind === 'retry' || outcome.kind === 'released') this.#taken -= 1;
    this.#record(document, outcome);
    this.#breaker.take(outcome);
  }

  #release(document: ClaimedDocument): void {
    try {
      this.#record(document, { kind: 'released' });
    } catch {
      // The catalog takes nothing more; the next run frees the claim. The reason is already what the stage ends with.
    }
  }

  #record(document: ClaimedDocument, outcome: CopyOutcome): void {
    this.#claimed.delete(document);
    this.#writer.add({ id: document.id, revision: document.revision, token: document.token, outcome });
    this.#progress.outcome(outcome);
  }

  #limitReached(): boolean {
    return this.#scope.limit !== undefined && this.#taken >= this.#scope.limit;
  }

  async #extendClaims(): Promise<void> {
    try {
      const tokens = [...this.#claimed].map(({ token }) => token);
      if (tokens.length > 0) await this.#catalog.extendClaims(tokens, claimTtlMs);
    } catch (error) {
      this.#halt.abort(error);
    }
  }
}

/** Asked anew after every await: the compiler would remember the first answer. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
