import { fromWire } from '../model/wire-error.ts';
import type { SideLoad, StorageLoad } from '../storage/survey-facts.ts';
import type { Report, WorkerName } from './messages.ts';

/** A worker as the coordinator knows it. */
export type KnownWorker = {
  readonly name: WorkerName;
  readonly state: Report['state'] | 'silent' | 'differs';
  /** In its hands, by its last report. */
  readonly documents: number;
  /** Answered in this run. */
  readonly done: number;
  /** Why it left, or in what it differs. */
  readonly message?: string;
};

/** Milliseconds after which a worker may have become silent without a word. */
const loadMs = 500;

type Entry = { report: Report; heardAt: number; done: number };

/** Who works for this coordinator, by what they report. */
export class Roster {
  readonly #silenceMs: number;
  readonly #now: () => number;
  readonly #workers = new Map<WorkerName, Entry>();
  readonly #strangers = new Map<WorkerName, string>();
  /** Asked for with every document. */
  #load: { readonly at: number; readonly working: number; readonly load: StorageLoad } | undefined;

  constructor(silenceMs: number, now: () => number = () => performance.now()) {
    this.#silenceMs = silenceMs;
    this.#now = now;
  }

  /** @param answered tasks of the report that somebody waited for */
  hear(report: Report, answered: number): void {
    const done = (this.#workers.get(report.worker)?.done ?? 0) + answered;
    this.#workers.set(report.worker, { report, heardAt: this.#now(), done });
    this.#load = undefined;
  }

  /** @returns whether this is news */
  differs(worker: WorkerName, message: string): boolean {
    if (this.#strangers.get(worker) === message) return false;
    this.#strangers.set(worker, message);
    return true;
  }

  /** How many take jobs. */
  get working(): number {
    return this.#atWork().working;
  }

  /** The last reason for which a worker left; undefined when none had trouble. */
  get trouble(): Error | undefined {
    const errors = [...this.#workers.values()].flatMap(({ report: { error } }) => (error === undefined ? [] : [error]));
    const last = errors.at(-1);
    return last === undefined ? undefined : fromWire(last);
  }

  /** All that work, together. */
  load(): StorageLoad {
    return this.#atWork().load;
  }

  list(): readonly KnownWorker[] {
    const known = [...this.#workers.entries()].map(([name, entry]): KnownWorker => {
      const { report, done } = entry;
      const state = this.#stateOf(entry);
      const documents = state === 'working' || state === 'leaving' ? report.documents : 0;
      return { name, state, documents, done, ...(report.error !== undefined && { message: report.error.message }) };
    });
    const strangers = [...this.#strangers].map(([name, message]): KnownWorker => ({
      name,
      state: 'differs',
      documents: 0,
      done: 0,
      message,
    }));
    return [...known, ...strangers];
  }

  #atWork(): { readonly working: number; readonly load: StorageLoad } {
    const now = this.#now();
    if (this.#load !== undefined && now - this.#load.at < loadMs) return this.#load;
    const loads = [...this.#workers.values()]
      .filter((entry) => this.#stateOf(entry) === 'working')
      .map(({ report: { load } }) => load);
    const load = {
      source: sum(loads.map(({ source }) => source)),
      target: sum(loads.map(({ target }) => target)),
      heldBytes: loads.reduce((total, { heldBytes }) => total + heldBytes, 0),
      documents: loads.reduce((total, { documents }) => total + documents, 0),
    };
    this.#load = { at: now, working: loads.length, load };
    return this.#load;
  }

  #stateOf({ report, heardAt }: Entry): Report['state'] | 'silent' {
    return report.state === 'working' && this.#now() - heardAt > this.#silenceMs ? 'silent' : report.state;
  }
}

function sum(sides: readonly SideLoad[]): SideLoad {
  const total = { limit: 0, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };
  for (const side of sides) for (const name of Object.keys(total) as (keyof SideLoad)[]) total[name] += side[name];
  return total;
}
