import type { CatalogReader } from '../catalog/port.ts';
import { rowsPerUpsert } from '../org/publications-port.ts';
import type { PublishSettings } from './budget.ts';
import {
  accountChanges,
  documentErrorChanges,
  errorClassChanges,
  outdatedErrors,
  type RowSelection,
} from './changes.ts';
import { errorClassRows } from './rows/error-row.ts';
import { rowsPerCall } from './send-rows.ts';

/** What `publish` would send now. */
export type PublicationPlan = {
  readonly dryRun: true;
  /** False: there is no run yet, so nothing to publish. */
  readonly anyRun: boolean;
  readonly rows: {
    readonly runs: number;
    readonly accounts: number;
    readonly errorClasses: number;
    readonly documentErrors: number;
    readonly deleted: number;
  };
  /** Calls of the org's API that it takes. */
  readonly calls: number;
  /** Calls of the last 24 hours, and how many there may be. */
  readonly callsToday: number;
  readonly callsPerDay: number;
};

/** Counts what has changed since it was published last; sends nothing, and writes nothing down. */
export async function planPublication(
  catalog: CatalogReader,
  settings: PublishSettings,
  which: RowSelection,
): Promise<PublicationPlan> {
  const { uuid } = catalog.identity;
  const anyRun = (await catalog.runs(1)).length > 0;
  const classes = await catalog.errorClasses();
  const current = new Set(errorClassRows(uuid, classes).map(({ key }) => key));
  const rows = {
    runs: anyRun ? 1 + (await catalog.endedRuns(rowsPerUpsert)).length : 0,
    accounts: anyRun ? await length(accountChanges(catalog, uuid, which)) : 0,
    errorClasses: anyRun ? (await errorClassChanges(catalog, uuid, { errorClasses: classes }, which)).length : 0,
    documentErrors: anyRun
      ? await length(documentErrorChanges(catalog, uuid, { newest: settings.newestErrors, which, current }))
      : 0,
    deleted: anyRun ? await length(outdatedErrors(catalog, current)) : 0,
  };
  const calls =
    Math.ceil(rows.accounts / rowsPerCall) +
    Math.ceil(rows.documentErrors / rowsPerCall) +
    Math.ceil(rows.deleted / rowsPerUpsert) +
    Math.ceil((rows.errorClasses + rows.runs) / rowsPerCall);
  const { callsToday } = await catalog.publication();
  return { dryRun: true, anyRun, rows, calls, callsToday, callsPerDay: settings.callsPerDay };
}

async function length(items: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  const iterator = items[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true) found += 1;
  return found;
}
