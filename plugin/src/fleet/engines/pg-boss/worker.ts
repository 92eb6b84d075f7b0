import { setTimeout as sleep } from 'node:timers/promises';
import type { JobAttempt, PgBoss } from 'pg-boss';
import { protocol, type Job, type WorkerName } from '../../messages.ts';
import type { WorkerQueue } from '../../queue.ts';
import { fingerprint, type StorageSettings } from '../../settings.ts';
import { pack, unpackJob } from '../../wire.ts';
import { isOwn, orderOf, queueNames, type Order } from './names.ts';

/** Milliseconds between two looks for a job: short after one was found, longer while there are none. */
const soonMs = 20;
const lateMs = 500;
/** Milliseconds that `take` looks for a job. */
const takeMs = 1000;
/** How often a worker introduces itself to coordinators whose jobs it cannot take. */
const introduceMs = 30_000;

/** Jobs that are there to be taken, and how soon their worker must beat. */
export type FoundOrder = { readonly order: Order; readonly silenceMs: number };

/** Who looks for orders. */
export type Seeker = {
  readonly worker: WorkerName;
  readonly version: string;
  readonly settings: StorageSettings;
};

/** Looks for coordinators that this worker can work for, and introduces itself to the ones that it cannot. */
export class OrderSearch {
  readonly #boss: PgBoss;
  readonly #seeker: Seeker;
  readonly #introduced = new Map<string, number>();

  constructor(boss: PgBoss, seeker: Seeker) {
    this.#boss = boss;
    this.#seeker = seeker;
  }

  async find(): Promise<FoundOrder | undefined> {
    const queues = await this.#boss.getQueues();
    const orders = queues.flatMap(({ name, heartbeatSeconds }) => {
      const order = orderOf(name);
      return order === undefined ? [] : [{ order, silenceMs: (heartbeatSeconds ?? 20) * 1000 }];
    });
    const mine = fingerprint(this.#seeker.settings);
    const own = orders.find(({ order }) => isOwn(order, mine));
    if (own !== undefined) return own;
    for (const { order } of orders) await this.#introduce(order);
    return undefined;
  }

  async #introduce(order: Order): Promise<void> {
    const now = performance.now();
    if (now - (this.#introduced.get(order.catalog) ?? -Infinity) < introduceMs) return;
    this.#introduced.set(order.catalog, now);
    const { worker, version: plugin, settings } = this.#seeker;
    const data = pack({ worker, protocol, plugin, settings });
    await this.#boss.insert(queueNames(order).strangers, [{ data }]).catch(() => undefined);
  }
}

/** A worker's end of an order's queue. @param onGone called when the order has ended */
export function pgBossWorkerQueue(boss: PgBoss, order: Order, onGone: () => void): WorkerQueue {
  const names = queueNames(order);
  let waitMs = soonMs;

  /** How many of these are still active as they were given out. */
  async function touched(attempts: JobAttempt[]): Promise<number> {
    const { affected } = (await boss.touch(names.jobs, attempts)) as { readonly affected: number };
    return affected;
  }

  return {
    async take(signal) {
      for (const until = performance.now() + takeMs; performance.now() < until && !signal.aborted;) {
        const [found] = await boss.fetch<object>(names.jobs, { batchSize: 1, includeMetadata: true });
        if (found !== undefined) {
          waitMs = soonMs;
          const job = readable(found.data);
          if (job?.id === found.id) return { job, attempt: found.retryCount };
          // nobody of ours has written it
          await boss.deleteJob(names.jobs, found.id);
          continue;
        }
        // workers that look at the same moments would find the same job
        await sleep(waitMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
        waitMs = Math.min(waitMs * 1.5, lateMs);
      }
      return undefined;
    },
    async beat(held) {
      if ((await boss.getQueue(names.jobs)) === null) {
        onGone();
        return [];
      }
      if (held.length === 0) return [];
      const attempts = held.map(({ job: { id }, attempt }) => ({ id, retryCount: attempt }));
      if ((await touched(attempts)) === attempts.length) return held;
      const kept = await Promise.all(attempts.map(async (attempt) => (await touched([attempt])) === 1));
      return held.filter((_, nth) => kept[nth]);
    },
    async report(report) {
      await boss.insert(names.reports, [{ data: pack(report) }]);
    },
    async done({ job: { id }, attempt }) {
      await boss.deleteJob(names.jobs, { id, retryCount: attempt });
    },
    close: () => Promise.resolve(),
  };
}

function readable(data: unknown): Job | undefined {
  try {
    return unpackJob(data);
  } catch {
    return undefined;
  }
}
