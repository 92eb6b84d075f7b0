import type { Publication, PublishedRow } from '../catalog/publication.ts';
import { Failure } from '../model/failure.ts';
import {
  rowsPerUpsert,
  upsertsPerCall,
  type PublishedRecord,
  type Publications,
  type RowResult,
} from '../org/publications-port.ts';
import type { Row } from './rows/row.ts';

export type SendTools = { readonly catalog: Publication; readonly publications: Publications };

/** What became of the rows of a publication. */
export type Tally = {
  sent: number;
  deleted: number;
  /** Rows that met a lock and are sent again next time. */
  later: number;
  /** Rows that the org refused. */
  refused: number;
  firstRefusal: Failure | undefined;
  /** Kinds of rows that the budget left out. */
  readonly leftOut: Set<'accounts' | 'errors'>;
};

export function emptyTally(): Tally {
  return { sent: 0, deleted: 0, later: 0, refused: 0, firstRefusal: undefined, leftOut: new Set() };
}

/** What of a publication is not in the org. */
export type Shortfall = {
  /** Rows that met a lock: the next publication sends them. */
  readonly later: number;
  /** Rows that the org refused. */
  readonly refused: number;
  /** The org's words about the first of them. */
  readonly reason?: string;
  /** Kinds of rows that `publish.callsPerDay` left no call for. */
  readonly leftOut: readonly ('accounts' | 'errors')[];
};

/** Undefined when everything is in the org. */
export function shortfall({ later, refused, firstRefusal, leftOut }: Tally): Shortfall | undefined {
  if (later === 0 && refused === 0 && firstRefusal === undefined && leftOut.size === 0) return undefined;
  return { later, refused, ...(firstRefusal !== undefined && { reason: firstRefusal.message }), leftOut: [...leftOut] };
}

/** Rows that one call carries at most. */
export const rowsPerCall = rowsPerUpsert * upsertsPerCall;

/**
 * Sends a stream of rows in as few calls as they need, and no more than `calls` of them.
 * @returns whether all were sent
 */
export async function sendStream(
  tools: SendTools,
  rows: AsyncIterable<Row>,
  calls: number,
  tally: Tally,
): Promise<boolean> {
  let left = calls;
  let batch: Row[] = [];
  for await (const row of rows) {
    if (left <= 0) return false;
    batch.push(row);
    if (batch.length < rowsPerCall) continue;
    await sendRows(tools, batch, tally);
    batch = [];
    left -= 1;
  }
  if (batch.length > 0) await sendRows(tools, batch, tally);
  return true;
}

/**
 * Sends up to {@link rowsPerCall} rows, and an event behind them, in one call, and writes down what the org has now.
 * @throws Failure when the call failed, or when the org refused every row because its set-up is wrong
 */
export async function sendRows(
  { catalog, publications }: SendTools,
  rows: readonly Row[],
  tally: Tally,
  event?: PublishedRecord,
): Promise<{ readonly saved: ReadonlySet<string>; readonly eventFailure: Failure | undefined }> {
  const groups = grouped(rows);
  const upserts = groups.map((group) => ({ object: group.object, records: group.rows.map(({ record }) => record) }));
  const written = await publications.write(upserts, event);
  const saved = new Set<string>();
  for (const [index, group] of groups.entries()) {
    const published = await recordResults(catalog, group.rows, written.rows[index] ?? [], tally);
    for (const { key } of published) saved.add(key);
  }
  return { saved, eventFailure: written.eventFailure };
}

/** Deletes rows of the org by id, up to 200 a call. */
export async function removeRows(
  { catalog, publications }: SendTools,
  rows: readonly { readonly key: string; readonly recordId: string }[],
  tally: Tally,
): Promise<void> {
  const results = await publications.remove(rows.map(({ recordId }) => recordId));
  const gone = rows.filter((_, index) => results[index]?.saved === true);
  await catalog.forgetPublished(gone.map(({ key }) => key));
  tally.deleted += gone.length;
  for (const result of results) if (!result.saved) countRefusal(tally, result.failure);
}

async function recordResults(
  catalog: Publication,
  rows: readonly Row[],
  results: readonly RowResult[],
  tally: Tally,
): Promise<readonly PublishedRow[]> {
  const published: PublishedRow[] = [];
  const forgotten = new Set<string>();
  const refusals: Failure[] = [];
  for (const [index, { key, hash, status, refersTo }] of rows.entries()) {
    const result = results[index];
    if (result?.saved === true) {
      published.push({ key, hash, recordId: result.recordId, ...(status !== undefined && { status }) });
    } else if (result === undefined || result.failure.failureClass === 'retry') {
      tally.later += 1;
    } else if (refersTo !== undefined && result.failure.code === 'org-invalid-field') {
      // somebody deleted the run's row: next time the error is sent without it
      forgotten.add(refersTo);
      tally.later += 1;
    } else {
      refusals.push(result.failure);
    }
  }
  await catalog.rowsPublished(published);
  if (forgotten.size > 0) await catalog.forgetPublished([...forgotten]);
  tally.sent += published.length;
  const [first] = refusals;
  if (first !== undefined && refusals.length === rows.length && first.failureClass === 'stop') throw first;
  for (const refusal of refusals) countRefusal(tally, refusal);
  return published;
}

function countRefusal(tally: Tally, failure: Failure): void {
  tally.refused += 1;
  tally.firstRefusal ??= failure;
}

/** Rows of one object that follow each other, so many as one upsert takes. */
function grouped(rows: readonly Row[]): { object: Row['object']; rows: Row[] }[] {
  const groups: { object: Row['object']; rows: Row[] }[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.object === row.object && last.rows.length < rowsPerUpsert) last.rows.push(row);
    else groups.push({ object: row.object, rows: [row] });
  }
  return groups;
}
