import type { OrgFault } from '../fault.ts';
import type { Org } from '../org.ts';
import { createRecord, deleteRecord, updateRecord, upsertRecord } from '../records/save.ts';
import { refused, type SaveResult } from '../records/save-result.ts';
import { canonicalId } from '../objects/record-id.ts';
import type { IngestJob } from './ingest-jobs.ts';

/** What became of one row: `error` as the failed results say it, undefined for a saved row. */
export type RowResult = {
  readonly row: readonly string[];
  readonly id: string;
  readonly created: boolean;
  readonly error: string | undefined;
};

/** Saves up to 200 rows in one transaction; a row that fails leaves the others alone. */
export function saveChunk(org: Org, job: IngestJob, rows: readonly (readonly string[])[]): RowResult[] {
  const ids = rows.map((row) => idIn(job, row));
  const fault = org.faults.pick({ operation: 'ingest.chunk', resource: ids.join(',') });
  if (fault?.kind === 'edit') org.strangerEdits(fault, fault.id ?? ids[0]);
  if (fault?.kind === 'lock') {
    const message = `unable to obtain exclusive access to this record or ${rows.length} records: ${ids.slice(0, 10).join(',')}`;
    return rows.map((row, index) => ({
      row,
      id: ids[index] ?? '',
      created: false,
      error: `UNABLE_TO_LOCK_ROW:${message}:--`,
    }));
  }
  const seen = new Set<string>();
  return org.store.transaction(() =>
    rows.map((row, index) => {
      const id = ids[index] ?? '';
      const twice = id !== '' && seen.has(id);
      seen.add(id);
      return twice
        ? resultOf(row, id, refused(id, 'DUPLICATE_VALUE', `duplicate id specified: ${id}`), false)
        : saveRow(org, job, row, id);
    }),
  );
}

function idIn(job: IngestJob, row: readonly string[]): string {
  const id = row[job.header.findIndex((name) => name.toLowerCase() === 'id')] ?? '';
  return canonicalId(id) ?? id;
}

function saveRow(org: Org, job: IngestJob, row: readonly string[], id: string): RowResult {
  const fault = org.faults.pick({ operation: 'ingest.row', resource: id });
  const failure = rowFailure(org, fault, id);
  const blankId = fault?.kind === 'row' && fault.blankId === true;
  return resultOf(row, id, failure ?? save(org, job, row, id), blankId);
}

/** An edit happens and the row goes on; the other faults end it. */
function rowFailure(org: Org, fault: OrgFault | undefined, id: string): SaveResult | undefined {
  switch (fault?.kind) {
    case 'row':
      return refused(id, fault.code, fault.message ?? 'A fault of the stand-in org, as its rules ask for.');
    case 'lock':
      return refused(id, 'UNABLE_TO_LOCK_ROW', `unable to obtain exclusive access to this record or 1 records: ${id}`);
    case 'edit':
      org.strangerEdits(fault, fault.id ?? id);
      return undefined;
    case 'error':
    case 'answer':
    case 'headers':
    case 'cut':
    case 'delay':
    case 'expire':
    case 'fail':
    case 'slow':
    case 'gone':
    case undefined:
      return undefined;
  }
}

function save(org: Org, job: IngestJob, row: readonly string[], id: string): SaveResult {
  const { object } = job;
  const saver = { org, user: job.user };
  switch (job.operation) {
    case 'insert':
      return createRecord(saver, object, input(job, row));
    case 'update':
      return updateRecord(saver, object, id, input(job, row));
    case 'delete':
    case 'hardDelete':
      return deleteRecord(saver, object, id, job.operation === 'hardDelete');
    case 'upsert': {
      const { key } = job;
      if (!key) throw new Error('An upsert job has a key');
      const value = row[job.header.findIndex((name) => name.toLowerCase() === key.name.toLowerCase())] ?? '';
      return upsertRecord(saver, object, { field: key, value }, input(job, row, key.name));
    }
  }
}

/** An empty cell leaves the field alone, `#N/A` empties it. */
function input(job: IngestJob, row: readonly string[], except?: string): Record<string, string | null> {
  const fields: Record<string, string | null> = {};
  job.header.forEach((name, index) => {
    const cell = row[index] ?? '';
    if (cell === '' || name.toLowerCase() === except?.toLowerCase()) return;
    fields[name] = cell === '#N/A' ? null : cell;
  });
  return fields;
}

function resultOf(row: readonly string[], id: string, result: SaveResult, blankId: boolean): RowResult {
  if (result.success) return { row, id: result.id, created: result.created, error: undefined };
  const [{ statusCode, message, fields }] = result.errors;
  const error = `${statusCode}:${message}:${fields.length > 0 ? `${fields.join(',')} ` : ''}--`;
  return { row, id: blankId ? '' : (result.id ?? id), created: false, error };
}
