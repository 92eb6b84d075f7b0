import { Failure } from '../../../model/failure.ts';
import { connectQueue, placeOf, type Database } from './connection.ts';
import { orderOf } from './names.ts';

/** What a queue's database tells who only looks. */
export type QueueFacts = {
  /** Host, port and database. */
  readonly place: string;
  /** Coordinators that offer work there; undefined before the first of them has made the queue's tables. */
  readonly orders: number | undefined;
};

/** @throws Failure `queue-unreachable` */
export async function lookAtQueue(database: Database): Promise<QueueFacts> {
  const place = placeOf(database);
  try {
    const boss = await connectQueue(database, 'worker');
    const queues = await boss.getQueues().finally(() => boss.stop({ graceful: false }));
    return { place, orders: queues.filter(({ name }) => orderOf(name) !== undefined).length };
  } catch (error) {
    // pg-boss says so in words alone
    const isEmpty =
      error instanceof Failure && error.cause instanceof Error && error.cause.message.includes('not installed');
    if (isEmpty) return { place, orders: undefined };
    throw error;
  }
}
