import type { Catalog } from '../port.ts';
import type { Synchronous } from '../synchronous.ts';
import { rowsPerTransaction, type WriterContext } from './transactions.ts';

type Runs = Pick<Synchronous<Catalog>, 'startRun' | 'heartbeat' | 'finishRun' | 'cleanup' | 'fence'>;

/** The runs themselves: their beginning, signs of life, end, and the clearing away of old ones. */
export function runs({ tables, write, durably, now, fence }: WriterContext): Runs {
  const untilNone = (deleteSome: () => number): number => {
    let deleted = 0;
    for (;;) {
      const some = write(deleteSome);
      if (some === 0) return deleted;
      deleted += some;
    }
  };
  return {
    fence,
    // durable, because the org is told its number: a catalog that ends before a run it has shown counts as an older copy
    startRun: (run) => durably(() => tables.runs.insert(run, now())),
    heartbeat: (run, position) => write(() => tables.runs.heartbeat(run, position, now())),
    finishRun: (run, end) => write(() => tables.runs.finish(run, end, now())),
    cleanup: (before) => ({
      runs: untilNone(() => tables.runs.deleteOlder(before, rowsPerTransaction)),
      errors: untilNone(() => tables.errors.deleteOlder(before, rowsPerTransaction)),
    }),
  };
}
