import { countOf } from '../format/quantity.ts';
import type { QueueFacts } from '../fleet/engines/pg-boss/look.ts';
import { Failure } from '../model/failure.ts';
import { rule, type Check } from './check.ts';

/** Whether the queue of a fleet can be reached from here. @param look undefined where migration.json has none */
export async function queueCheck(look: (() => Promise<QueueFacts>) | undefined): Promise<Check> {
  const { passed, failed } = rule('fleet-queue');
  if (look === undefined) return passed('No fleet is set: one machine copies.');
  try {
    const { place, orders } = await look();
    if (orders === undefined)
      return passed(`PostgreSQL answers at ${place}; the first run with a fleet makes its tables.`);
    return passed(`The queue at ${place} can be used; ${countOf(orders, 'coordinator')} at work there.`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failed(error.message, error.actions[0] ?? 'See docs/many-machines.md');
  }
}
