import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalog, RunId } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Publications } from '../org/publications-port.ts';
import type { ProgressSource } from '../run/progress.ts';
import type { Gate } from '../checks/gate.ts';
import { minuteMs, publicationIntervalMs, type PublishSettings } from './budget.ts';
import { gateResults } from './gate-results.ts';
import { PaceOfRun, unknownPace, type Pace } from './pace-of-run.ts';
import { publish, type PublicationScope, type Published } from './publication.ts';
import { Round } from './round.ts';
import { publishingLine, shortfallLine } from '../ui/publish/text.ts';

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
  readonly tell: Tell;
  readonly timing?: Partial<Timing>;
};

/** How the person at the keyboard is spoken to. */
export type Tell = {
  readonly warn: (sentence: string) => void;
  readonly say: (line: string) => void;
};

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
  readonly #warned = new Set<string>();
  #isStopped = false;
  #closingLine: string | undefined;

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

  /** What a look at the gates found, part of every snapshot from now on. Red ones are published at once: no run follows. */
  async gatesAre(gates: readonly Gate[]): Promise<void> {
    if (this.#isStopped) return;
    await this.#guarded(async () => {
      await this.#options.catalog.keepGates(gateResults(gates));
      if (gates.some(({ verdict }) => verdict === 'red')) await this.#publish(undefined, unknownPace, 'brief');
    });
  }

  /** Runs `work` and publishes the run that it starts, until it has ended. */
  async during<R>(source: ProgressSource, signal: AbortSignal, work: () => Promise<R>): Promise<R> {
    if (this.#isStopped) return await work();
    const pace = new PaceOfRun(source, this.#timing.throughputMs);
    const round = this.#round((run, extent) => this.#publish(run, pace.now(), extent));
    await this.#guarded(() => round.begin());
    const timer = setInterval(() => {
      pace.sample();
      if (!this.#isStopped) round.beat();
    }, this.#timing.sampleMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      pace.sample();
      await this.#end(round, pace.ended(), signal);
    }
  }

  /** Says how much was published, behind whatever the command has said. */
  async close(): Promise<void> {
    if (this.#closingLine !== undefined) this.#options.tell.say(this.#closingLine);
    await this.#publications.close();
  }

  #round(send: (run: RunId, extent: PublicationScope) => Promise<unknown>): Round {
    const { catalog, settings } = this.#options;
    const { publishEveryMs, longEveryMs } = this.#timing;
    return new Round({
      catalog,
      publish: async (run, extent) => {
        await this.#guarded(() => send(run, extent));
      },
      intervalMs: async () => {
        const left = settings.callsPerDay - (await catalog.publication()).callsToday;
        return publicationIntervalMs(left, settings.callsPerDay, publishEveryMs);
      },
      checkEveryMs: publishEveryMs,
      longEveryMs,
    });
  }

  async #end(round: Round, pace: Pace, signal: AbortSignal): Promise<void> {
    const { endMs, drainMs } = this.#timing;
    const done = new AbortController();
    const closeIn = (ms: number): void => void closeAfter(this.#closing, ms, done.signal);
    const drain = (): void => closeIn(drainMs);
    closeIn(endMs);
    if (signal.aborted) drain();
    else signal.addEventListener('abort', drain, { once: true });
    const slow = setTimeout(() => this.#options.tell.say('Publishing what has changed into the org …'), patienceMs);
    await this.#guarded(async () => {
      await round.settled();
      const run = await round.run();
      if (run === undefined || this.#isStopped) return;
      // after Ctrl-C the run's end comes first, and the rest as far as the time allows
      if (signal.aborted) await this.#publish(run, pace, 'brief');
      const last = await this.#publish(run, pace, 'end');
      if (last !== undefined) await this.#told(last);
    });
    clearTimeout(slow);
    done.abort();
    signal.removeEventListener('abort', drain);
  }

  async #publish(run: RunId | undefined, pace: Pace, extent: PublicationScope): Promise<Published | undefined> {
    const { catalog, settings, log } = this.#options;
    const tools = {
      catalog,
      settings,
      publications: this.#publications,
      eventEveryMs: this.#timing.publishEveryMs,
    };
    const published = await publish(tools, { pace, extent, ...(run !== undefined && { run }) });
    if (published === undefined) return undefined;
    const { snapshot, tally } = published;
    log.event('published', { run: snapshot.run.id, sequence: snapshot.sequence, extent, rows: tally.sent });
    return published;
  }

  async #told({ snapshot, tally }: Published): Promise<void> {
    const { catalog, settings, tell } = this.#options;
    const { callsToday } = await catalog.publication();
    const calls = { calls: this.#publications.requests(), callsToday, callsPerDay: settings.callsPerDay };
    this.#closingLine = publishingLine(snapshot.sequence, calls);
    const shortfall = shortfallLine(tally, settings);
    if (shortfall !== undefined) tell.warn(shortfall);
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
      this.#warnOnce('late', 'The time for publishing was over before all was in the org: sf migrate files publish');
    } else if (error instanceof Failure && error.failureClass === 'retry') {
      this.#warnOnce('retry', `Publishing did not get through, and tries again later. ${error.message}`);
    } else if (error instanceof Failure && error.code === 'publishing-budget-spent') {
      this.#warnOnce(error.code, withActions(error));
    } else {
      this.#isStopped = true;
      const said = error instanceof Failure ? withActions(error) : String(error);
      this.#warnOnce('stopped', `Publishing has stopped; the run itself does not need it. ${said}`);
    }
  }

  #warnOnce(about: string, text: string): void {
    if (this.#warned.has(about)) return;
    this.#warned.add(about);
    this.#options.tell.warn(text);
  }
}

async function closeAfter(closing: AbortController, ms: number, unless: AbortSignal): Promise<void> {
  const waited = await sleep(ms, true, { signal: unless, ref: false }).catch(() => false);
  if (waited) closing.abort(new Error('the time for publishing is over'));
}

function withActions({ message, actions }: Failure): string {
  return [message, ...actions].join('\n  ');
}
