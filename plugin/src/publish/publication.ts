import type { Catalog } from '../catalog/port.ts';
import type { RunId } from '../model/run.ts';
import type { OrgRow, Snapshot } from '../catalog/publication.ts';
import { rowsPerUpsert, type Publications } from '../org/publications-port.ts';
import { callsForAccounts, callsForErrors, isEventDue, minuteMs, type PublishSettings } from './budget.ts';
import {
  accountChanges,
  documentErrorChanges,
  errorClassChanges,
  outdatedErrors,
  type RowSelection,
} from './changes.ts';
import type { RunRate } from './run-rate.ts';
import { errorClassRows } from './rows/error-row.ts';
import { endedRunRow, progressEvent, runRow } from './rows/run-row.ts';
import { emptyTally, removeRows, rowsPerCall, sendRows, sendStream, type Tally } from './send-rows.ts';

export type PublicationTools = {
  readonly catalog: Catalog;
  readonly publications: Publications;
  readonly settings: PublishSettings;
  /** Between two events; a minute, but for tests. */
  readonly eventEveryMs?: number;
};

/**
 * How much of it: `summary` is the run and the classes of errors, one call; `full` adds accounts and documents with errors;
 * `final` lets accounts have more of the budget, and deletes what is no longer true.
 */
export type PublicationScope = 'summary' | 'full' | 'final';

export type Published = { readonly snapshot: Snapshot; readonly tally: Tally };

/** Earlier runs whose end is told along with a run: as many as ever die between two commands. */
const endedRuns = 100;

/**
 * Publishes one snapshot: first accounts and documents with errors, then classes, run and event together, so that the run
 * never announces what is not there. Undefined when the catalog has no run.
 * @throws Failure with its class when the org does not take it; what was sent until then is written down
 */
export async function publish(
  tools: PublicationTools,
  request: {
    readonly run?: RunId;
    readonly runRate: RunRate;
    readonly scope: PublicationScope;
    readonly which?: RowSelection;
  },
): Promise<Published | undefined> {
  const { catalog, settings } = tools;
  const { run, runRate, scope, which = 'changed' } = request;
  const uuid = catalog.identity.uuid;
  const tally = emptyTally();
  const current = new Set<string>();
  if (scope !== 'summary') {
    await sendAccounts(tools, scope === 'final', which, tally);
    await sendDocumentErrors(tools, which, current, tally);
  }
  const snapshot = await catalog.takeSnapshot(run);
  if (snapshot === undefined) return undefined;
  if (scope === 'final') {
    for (const { key } of errorClassRows(uuid, snapshot.errorClasses)) current.add(key);
    await removeOutdated(tools, current, tally);
  }
  const classes = await errorClassChanges(catalog, uuid, snapshot, which);
  const ended = (await catalog.endedRuns(endedRuns)).filter(({ id }) => id !== snapshot.run.id);
  const throughput = runRate.throughput ?? snapshot.throughput ?? { intervalSeconds: 60, points: [] };
  const own = runRow(uuid, snapshot, { ...runRate, throughput });
  const rows = [...classes, ...ended.map((each) => endedRunRow(uuid, each)), own];
  // an org has a few dozen codes; should there ever be more, the run still comes last
  const last = rows.slice(-rowsPerCall);
  if (rows.length > last.length) await sendRows(tools, rows.slice(0, -rowsPerCall), tally);
  const { eventAt } = await catalog.publication();
  const isDue = isEventDue(settings, eventAt, Date.now(), tools.eventEveryMs ?? minuteMs);
  if (isDue) await catalog.eventPublished(Date.now());
  const event = isDue ? progressEvent(uuid, snapshot) : undefined;
  const { saved, eventFailure } = await sendRows(tools, last, tally, event);
  tally.firstRefusal ??= eventFailure;
  if (saved.has(own.key)) {
    const { sequence, at, counts } = snapshot;
    const { id, status, counters } = snapshot.run;
    await catalog.snapshotPublished({ sequence, at, counts, run: { id, status, counters } }, throughput);
  }
  return { snapshot, tally };
}

async function sendAccounts(tools: PublicationTools, isEnd: boolean, which: RowSelection, tally: Tally): Promise<void> {
  const { catalog, settings } = tools;
  const calls = callsForAccounts(await callsLeft(tools), settings.callsPerDay, isEnd);
  const rows = accountChanges(catalog, catalog.identity.uuid, which);
  if (!(await sendStream(tools, rows, calls, tally))) tally.leftOut.add('accounts');
}

async function sendDocumentErrors(
  tools: PublicationTools,
  which: RowSelection,
  current: Set<string>,
  tally: Tally,
): Promise<void> {
  const { catalog, settings } = tools;
  const calls = callsForErrors(await callsLeft(tools), settings.callsPerDay);
  const rows = documentErrorChanges(catalog, catalog.identity.uuid, {
    newest: settings.newestErrors,
    which,
    current,
  });
  if (!(await sendStream(tools, rows, calls, tally))) tally.leftOut.add('errors');
}

/** Deletes errors of documents that are resolved, and accounts that have no document left. */
async function removeOutdated(tools: PublicationTools, current: ReadonlySet<string>, tally: Tally): Promise<void> {
  const { catalog, settings } = tools;
  if (tally.leftOut.has('errors')) return;
  let calls = callsForErrors(await callsLeft(tools), settings.callsPerDay);
  let batch: OrgRow[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0 || calls-- <= 0) return;
    await removeRows(tools, batch, tally);
    batch = [];
  };
  for await (const row of outdatedErrors(catalog, current)) {
    batch.push(row);
    if (batch.length === rowsPerUpsert) await flush();
    if (calls <= 0) return;
  }
  await flush();
  batch = await catalog.emptiedAccounts(rowsPerUpsert);
  await flush();
}

async function callsLeft({ catalog, settings }: PublicationTools): Promise<number> {
  return settings.callsPerDay - (await catalog.publication()).callsToday;
}
