import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationConfig } from '@file-migration/config';
import type { PgBoss } from 'pg-boss';
import { connectQueue, placeOf, type Database } from '../fleet/engines/pg-boss/connection.ts';
import { OrderSearch, pgBossWorkerQueue, type FoundOrder } from '../fleet/engines/pg-boss/worker.ts';
import { Lease, leaseMsOf } from '../fleet/lease.ts';
import { storageSettings } from '../fleet/settings.ts';
import { Worker, type WorkerTotals } from '../fleet/worker.ts';
import { Failure } from '../model/failure.ts';
import { pluginVersion } from './plugin-version.ts';
import { fleetOf, queueDatabase } from './queue-database.ts';
import { configuredOptions } from './storage-options.ts';
import { openWorkerStorage } from './worker-storage.ts';

/** What a worker is doing, for who watches. */
export type WorkerNow = {
  readonly state: 'connecting' | 'waiting' | 'working';
  /** Why it cannot connect. */
  readonly trouble?: string;
  /** The org and the catalog that it works for. */
  readonly order?: { readonly organizationId: string; readonly catalog: string };
  /** In its hands. */
  readonly documents: number;
  readonly totals: Readonly<WorkerTotals>;
};

export type WorkerEnd = Readonly<WorkerTotals> & {
  readonly worker: string;
  readonly because: 'stopped' | 'idle';
};

export type FleetWorkerOptions = {
  /** Milliseconds without a job after which the worker ends; undefined: never. */
  readonly idleExitMs: number | undefined;
  readonly signal: AbortSignal;
};

/** How often a worker that has nothing to do looks for a coordinator, and one without a connection tries again. */
const searchMs = 2000;
/** Milliseconds that an answer waits for others to be reported with. */
const gatherMs = 1000;

/** A worker of a fleet, from its first connection to its end: no catalog, no org, no Salesforce. */
export class FleetWorker {
  readonly #config: MigrationConfig;
  readonly #options: FleetWorkerOptions;
  readonly #database: Database;
  readonly #name = `${hostname()}:${process.pid}`;
  readonly #totals: WorkerTotals = { jobs: 0, documents: 0, dropped: 0 };
  #worker: Worker | undefined;
  #order: FoundOrder['order'] | undefined;
  #connected = false;
  #trouble: string | undefined;
  #idleSince = performance.now();

  /** @throws Failure when migration.json or the environment does not say where the queue is */
  constructor(config: MigrationConfig, options: FleetWorkerOptions) {
    this.#config = config;
    this.#options = options;
    this.#database = queueDatabase(fleetOf(config), process.env);
  }

  /** Host, port and database of the queue. */
  get place(): string {
    return placeOf(this.#database);
  }

  now(): WorkerNow {
    const order = this.#order;
    return {
      state: order !== undefined ? 'working' : this.#connected ? 'waiting' : 'connecting',
      ...(this.#trouble !== undefined && { trouble: this.#trouble }),
      ...(order !== undefined && { order: { organizationId: order.organizationId, catalog: order.catalog } }),
      documents: this.#worker?.documents ?? 0,
      totals: this.#sum(),
    };
  }

  /** @throws Failure of class `stop`: trouble of this worker's own */
  async run(): Promise<WorkerEnd> {
    const { signal } = this.#options;
    while (!signal.aborted && !this.#isIdle()) {
      const boss = await this.#connect();
      if (boss === undefined) continue;
      try {
        await this.#serve(boss);
      } finally {
        this.#connected = false;
        await boss.stop({ graceful: false }).catch(() => undefined);
      }
    }
    return { worker: this.#name, because: signal.aborted ? 'stopped' : 'idle', ...this.#sum() };
  }

  async #connect(): Promise<PgBoss | undefined> {
    try {
      const boss = await connectQueue(this.#database, 'worker');
      this.#connected = true;
      this.#trouble = undefined;
      return boss;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#trouble = error.message;
      await this.#rest();
      return undefined;
    }
  }

  async #serve(boss: PgBoss): Promise<void> {
    const settings = storageSettings(configuredOptions(this.#config, process.env));
    const search = new OrderSearch(boss, { worker: this.#name, version: pluginVersion, settings });
    while (!this.#options.signal.aborted && !this.#isIdle()) {
      const found = await search.find().catch((error: unknown) => {
        this.#trouble = error instanceof Error ? error.message : String(error);
        return undefined;
      });
      if (found === undefined) await this.#rest();
      else await this.#workFor(boss, found);
    }
  }

  async #workFor(boss: PgBoss, { order, silenceMs }: FoundOrder): Promise<void> {
    const lease = new Lease(leaseMsOf(silenceMs));
    const { organizationId } = order;
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, ended.signal]);
    const idle = setInterval(() => {
      if ((this.#worker?.idleMs ?? 0) > (this.#options.idleExitMs ?? Infinity)) ended.abort();
    }, 1000);
    await using storage = openWorkerStorage(this.#config, { organizationId, lease });
    const queue = pgBossWorkerQueue(boss, order, () => ended.abort());
    const worker = new Worker({
      queue,
      lease,
      name: this.#name,
      beatMs: Math.min(3000, silenceMs / 5),
      gatherMs,
      signal,
      ...storage,
    });
    this.#worker = worker;
    this.#order = order;
    this.#trouble = undefined;
    try {
      await worker.work();
    } finally {
      clearInterval(idle);
      this.#idleSince = performance.now() - worker.idleMs;
      Object.assign(this.#totals, this.#sum());
      this.#worker = undefined;
      this.#order = undefined;
    }
  }

  #sum(): WorkerTotals {
    const { jobs, documents, dropped } = this.#totals;
    const now = this.#worker?.totals ?? { jobs: 0, documents: 0, dropped: 0 };
    return { jobs: jobs + now.jobs, documents: documents + now.documents, dropped: dropped + now.dropped };
  }

  #isIdle(): boolean {
    return performance.now() - this.#idleSince > (this.#options.idleExitMs ?? Infinity);
  }

  async #rest(): Promise<void> {
    await sleep(searchMs, undefined, { signal: this.#options.signal }).catch(() => undefined);
  }
}
