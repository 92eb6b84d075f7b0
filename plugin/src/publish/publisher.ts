import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalog } from '../catalog/port.ts';
import type { RunId } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Publications } from '../org/publications-port.ts';
import type { ProgressSource } from '../run/progress.ts';
import { isOpen, type Gate } from '../checks/check.ts';
import { minuteMs, publicationIntervalMs, type PublishSettings } from './budget.ts';
import { gateResults } from './gate-results.ts';
import { RateSampler, unknownRate, type RunRate } from './run-rate.ts';
import { publish, type PublicationScope, type Published } from './publication.ts';
import { Round } from './round.ts';
import { shortfall, type Shortfall } from './send-rows.ts';

/** How often what is done, in milliseconds. */
export type Timing = {
  /** The run's row, classes of errors, event. */
  readonly publishEveryMs: number;
  /** Accounts, and documents with errors. */
  readonly longEveryMs: number;
  /** Points of the throughput. */
  readonly throughputMs: number;
  readonly sampleMs: number;
  /** The last publication, after the work has ended by itself; and after Ctrl-C. */
  readonly endMs: number;
  readonly drainMs: number;
};

const usualTiming: Timing = {
  publishEveryMs: minuteMs,
  longEveryMs: 10 * minuteMs,
  throughputMs: minuteMs,
  sampleMs: 1_000,
  endMs: 10 * minuteMs,
  drainMs: 10_000,
};

/** A last publication that takes longer than this is announced. */
const patienceMs = 2_000;

export type PublisherOptions = {
  readonly catalog: Catalog;
  readonly settings: PublishSettings;
  /** Opens the org for publishing; every call asks the fence before it is sent. */
  readonly open: (options: { fence: () => Promise<void>; signal: AbortSignal }) => Publications;
  readonly log: Pick<RunLog, 'event' | 'failure'>;
  readonly onEvent: OnPublisherEvent;
  readonly timing?: Partial<Timing>;
};

/** What the person at the keyboard should know of publishing while a run works. */
export type PublisherEvent =
  /** The last publication takes a while. */
  | { readonly kind: 'finishing' }
  | {
      readonly kind: 'published';
      readonly sequence: number;
      readonly calls: number;
      readonly callsToday: number;
      readonly callsPerDay: number;
    }
  | { readonly kind: 'shortfall'; readonly shortfall: Shortfall; readonly callsPerDay: number }
  /** The run ended before everything was in the org. */
  | { readonly kind: 'too-late' }
  | { readonly kind: 'retrying'; readonly message: string }
  | { readonly kind: 'budget-spent'; readonly message: string; readonly actions: readonly string[] }
  /** Nothing more is published in this run. */
  | { readonly kind: 'stopped'; readonly message: string; readonly actions: readonly string[] }
  /** Nothing is published at all: the org could not be opened. */
  | { readonly kind: 'not-opened'; readonly message: string };

export type OnPublisherEvent = (event: PublisherEvent) => void;

/**
 * Publishes whatever run is at work, beside it: when it starts, once a minute, more every ten minutes, and when it ends.
 * Phases know nothing of it, because all figures are the catalog's. Whatever goes wrong here is told and never thrown: a
 * run does not fail because publishing does.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #timing: Timing;
  readonly #closing = new AbortController();
  readonly #publications: Publications;
  readonly #warned = new Set<PublisherEvent['kind']>();
  #isStopped = false;
  #last: PublisherEvent | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#timing = { ...usualTiming, ...options.timing };
    const { catalog, settings } = options;
    this.#publications = options.open({
      signal: this.#closing.signal,
      // counted before it is sent, tries that fail included: the budget holds whatever happens
      fence: async () => {
        await catalog.spendPublishingCall(settings.callsPerDay);
      },
    });
  }

  /** What a look at the gates found, part of every snapshot from now on. Failed ones are published at once: no run follows. */
  async gatesAre(gates: readonly Gate[]): Promise<void> {
    if (this.#isStopped) return;
    await this.#guarded(async () => {
      await this.#options.catalog.keepGates(gateResults(gates));
      if (gates.some(isOpen)) await this.#publish(undefined, unknownRate, 'summary');
    });
  }

  /** Runs `work` and publishes the run that it starts, until it has ended. */
  async during<R>(source: ProgressSource, signal: AbortSignal, work: () => Promise<R>): Promise<R> {
    if (this.#isStopped) return await work();
    const runRate = new RateSampler(source, this.#timing.throughputMs);
    const round = this.#round((run, scope) => this.#publish(run, runRate.now(), scope));
    await this.#guarded(() => round.begin());
    const timer = setInterval(() => {
      runRate.sample();
      if (!this.#isStopped) round.beat();
    }, this.#timing.sampleMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      runRate.sample();
      await this.#end(round, runRate.ended(), signal);
    }
  }

  /** Says how much was published, behind whatever the command has said. */
  async close(): Promise<void> {
    if (this.#last !== undefined) this.#options.onEvent(this.#last);
    await this.#publications.close();
  }

  #round(send: (run: RunId, scope: PublicationScope) => Promise<unknown>): Round {
    const { catalog, settings } = this.#options;
    const { publishEveryMs, longEveryMs } = this.#timing;
    return new Round({
      catalog,
      publish: async (run, scope) => {
        await this.#guarded(() => send(run, scope));
      },
      intervalMs: async () => {
        const left = settings.callsPerDay - (await catalog.publication()).callsToday;
        return publicationIntervalMs(left, settings.callsPerDay, publishEveryMs);
      },
      checkEveryMs: publishEveryMs,
      longEveryMs,
    });
  }

  async #end(round: Round, runRate: RunRate, signal: AbortSignal): Promise<void> {
    const { endMs, drainMs } = this.#timing;
    const done = new AbortController();
    const closeIn = (ms: number): void => void closeAfter(this.#closing, ms, done.signal);
    const drain = (): void => closeIn(drainMs);
    closeIn(endMs);
    if (signal.aborted) drain();
    else signal.addEventListener('abort', drain, { once: true });
    const slow = setTimeout(() => this.#options.onEvent({ kind: 'finishing' }), patienceMs);
    await this.#guarded(async () => {
      await round.ended();
      const run = await round.run();
      if (run === undefined || this.#isStopped) return;
      // after Ctrl-C the run's end comes first, and the rest as far as the time allows
      if (signal.aborted) await this.#publish(run, runRate, 'summary');
      const last = await this.#publish(run, runRate, 'final');
      if (last !== undefined) await this.#told(last);
    });
    clearTimeout(slow);
    done.abort();
    signal.removeEventListener('abort', drain);
  }

  async #publish(run: RunId | undefined, runRate: RunRate, scope: PublicationScope): Promise<Published | undefined> {
    const { catalog, settings, log } = this.#options;
    const tools = {
      catalog,
      settings,
      publications: this.#publications,
      eventEveryMs: this.#timing.publishEveryMs,
    };
    const published = await publish(tools, { runRate, scope, ...(run !== undefined && { run }) });
    if (published === undefined) return undefined;
    const { snapshot, tally } = published;
    log.event('published', { run: snapshot.run.id, sequence: snapshot.sequence, scope, rows: tally.sent });
    return published;
  }

  async #told({ snapshot, tally }: Published): Promise<void> {
    const { catalog, settings, onEvent } = this.#options;
    const { callsPerDay } = settings;
    const { callsToday } = await catalog.publication();
    const calls = this.#publications.requests();
    this.#last = { kind: 'published', sequence: snapshot.sequence, calls, callsToday, callsPerDay };
    const missing = shortfall(tally);
    if (missing !== undefined) onEvent({ kind: 'shortfall', shortfall: missing, callsPerDay });
  }

  /** Does something that may fail; what every other try would meet too ends publishing for this command. */
  async #guarded(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.log.failure('publishing failed', error);
    if (this.#closing.signal.aborted) {
      this.#isStopped = true;
      this.#warnOnce({ kind: 'too-late' });
      return;
    }
    const { message, actions = [] } = error instanceof Failure ? error : { message: String(error) };
    if (error instanceof Failure && error.failureClass === 'retry') {
      this.#warnOnce({ kind: 'retrying', message });
    } else if (error instanceof Failure && error.code === 'publishing-budget-spent') {
      this.#warnOnce({ kind: 'budget-spent', message, actions });
    } else {
      this.#isStopped = true;
      this.#warnOnce({ kind: 'stopped', message, actions });
    }
  }

  #warnOnce(event: PublisherEvent): void {
    if (this.#warned.has(event.kind)) return;
    this.#warned.add(event.kind);
    this.#options.onEvent(event);
  }
}

async function closeAfter(closing: AbortController, ms: number, unless: AbortSignal): Promise<void> {
  const waited = await sleep(ms, true, { signal: unless, ref: false }).catch(() => false);
  if (waited) closing.abort(new Error('the time for publishing is over'));
}
