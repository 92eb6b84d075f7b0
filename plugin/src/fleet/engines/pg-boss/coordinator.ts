import { setTimeout as sleep } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { protocol } from '../../messages.ts';
import type { CoordinatorQueue, QueueEvent } from '../../queue.ts';
import { differences, fingerprint, type StorageSettings } from '../../settings.ts';
import { pack, unpackReport, unpackStranger } from '../../wire.ts';
import { connectQueue, schema, type Database } from './connection.ts';
import { queueNames, type Order } from './names.ts';

/** Milliseconds that a job which is not full waits for more documents. */
export const fillMs = 50;

export type CoordinatorOptions = {
  readonly database: Database;
  readonly order: Pick<Order, 'catalog' | 'organizationId'>;
  readonly settings: StorageSettings;
  /** Seconds without a beat after which a worker has lost its jobs; pg-boss takes 10 and more. */
  readonly silenceSeconds: number;
  /** This plugin's version, for workers that have another one. */
  readonly version: string;
};

/** Milliseconds between two looks for reports while none come, for lost jobs, and for strangers. */
const idleMs = 25;
const lostEveryMs = 1000;
const strangersEveryMs = 5000;
const atOnce = 20;

/**
 * A queue in PostgreSQL, by pg-boss. Nothing stays in it that matters: a job is there from its offer until it is answered.
 * @throws Failure `queue-unreachable`
 */
export async function openPgBossQueue(options: CoordinatorOptions): Promise<CoordinatorQueue> {
  const { database, settings, silenceSeconds, version } = options;
  const names = queueNames({ ...options.order, protocol, settings: fingerprint(settings) });
  const boss = await connectQueue(database, 'coordinator');
  let lookedForLost = 0;
  let lookedForStrangers = 0;

  /** Whatever an earlier coordinator of this catalog had in the database, with whatever settings and version. */
  async function clear(): Promise<void> {
    for (const { name } of await boss.getQueues()) {
      const isOwn = name.startsWith('file-migration/') && name.split('/').includes(options.order.catalog);
      if (isOwn) await boss.deleteQueue(name);
    }
  }

  async function create(): Promise<void> {
    const brief = { expireInSeconds: 82_800, retryLimit: 0, deleteAfterSeconds: 60 };
    await boss.createQueue(names.lost, brief);
    await boss.createQueue(names.reports, { ...brief, retryLimit: 10 });
    await boss.createQueue(names.strangers, brief);
    await boss.createQueue(names.jobs, { ...brief, deadLetter: names.lost, heartbeatSeconds: silenceSeconds });
  }

  /** Each message once: whoever deletes it has it. */
  async function drain(queue: string): Promise<unknown[]> {
    const jobs = await boss.fetch<object>(queue, { batchSize: atOnce });
    if (jobs.length === 0) return [];
    await boss.deleteJob(
      queue,
      jobs.map(({ id }) => id),
    );
    return jobs.map(({ data }) => data);
  }

  async function lost(): Promise<QueueEvent[]> {
    if (performance.now() - lookedForLost < lostEveryMs) return [];
    lookedForLost = performance.now();
    const jobs = await boss.fetch<object>(names.lost, { batchSize: atOnce, includeMetadata: true });
    if (jobs.length === 0) return [];
    await boss.deleteJob(
      names.lost,
      jobs.map(({ id }) => id),
    );
    const how = `silent for ${silenceSeconds} s`;
    return jobs.flatMap(({ sourceId }) => (sourceId === null ? [] : [{ kind: 'lost', job: sourceId, how } as const]));
  }

  async function strangers(): Promise<QueueEvent[]> {
    if (performance.now() - lookedForStrangers < strangersEveryMs) return [];
    lookedForStrangers = performance.now();
    return (await drain(names.strangers)).flatMap((data) => readable(() => strangerEvent(data)));
  }

  function strangerEvent(data: unknown): QueueEvent {
    const theirs = unpackStranger(data);
    const differs = differences(settings, theirs.settings);
    if (theirs.protocol !== protocol) {
      differs.unshift(
        `protocol: ${theirs.protocol} there (plugin ${theirs.plugin}), ${protocol} here (plugin ${version})`,
      );
    }
    return { kind: 'stranger', worker: theirs.worker, differs };
  }

  await clear();
  return {
    async offer(jobs) {
      await boss.insert(
        names.jobs,
        jobs.map((job) => ({ id: job.id, data: pack(job) })),
      );
    },
    async events() {
      const reports = await drain(names.reports);
      const events = [
        ...reports.flatMap((data) => readable((): QueueEvent => ({ kind: 'report', report: unpackReport(data) }))),
        ...(await lost()),
        ...(await strangers()),
      ];
      if (events.length === 0) await sleep(idleMs);
      return events;
    },
    async missing(ids) {
      const { rows } = await boss
        .getDb()
        .executeSql(`SELECT id::text FROM ${schema}.job WHERE id = ANY($1::uuid[]) AND state < 'completed'`, [ids]);
      const known = new Set((rows as { id: string }[]).map(({ id }) => id));
      return ids.filter((id) => !known.has(id));
    },
    async recall() {
      const { rows } = await boss
        .getDb()
        .executeSql(`DELETE FROM ${schema}.job WHERE name = $1 AND state IN ('created', 'retry') RETURNING id::text`, [
          names.jobs,
        ]);
      return (rows as { id: string }[]).map(({ id }) => id);
    },
    async withdraw() {
      await clear();
      await create();
    },
    async close() {
      await clear().catch(() => undefined);
      await stop(boss);
    },
  };
}

/** What nobody of ours has written is nobody's: it is left out. */
function readable(read: () => QueueEvent): QueueEvent[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}

async function stop(boss: PgBoss): Promise<void> {
  await boss.stop({ graceful: false }).catch(() => undefined);
}
