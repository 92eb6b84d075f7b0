import type { DocumentId, ObjectKey } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type {
  JobNumber,
  JournalCount,
  JournalId,
  JournalOperation,
  JournalRow,
  JournalState,
  PlannedUpdate,
  UndoablePage,
  UndoableRow,
  UnjournaledLink,
  UnfinishedJob,
  WrittenAccount,
} from '../journal.ts';
import type { FoundLink } from '../recovery.ts';
import type { RunId } from '../../model/run.ts';
import { encode, linkCodes, recordCodes } from './codes.ts';
import { rowsOfAccount } from './work-queue.ts';
import { storedFailureCode, type FailureCode } from '../../model/failure-codes.ts';

type Value = string | number | null;
type Row = {
  id: JournalId;
  run_id: RunId;
  doclist_entry_id: DocumentId;
  revision: number;
  operation: JournalOperation;
  undoes: JournalId | null;
  url_before: string;
  file_key_before: string | null;
  file_original_url_before: string | null;
  url_after: string;
  file_key_after: string | null;
  file_original_url_after: string | null;
  bulk_job_id: string | null;
  state: JournalState;
  error_type: string | null;
};

/** All SQL on `url_updates`. Rows are added and their state goes forward; nothing else of a row ever changes. */
export type UrlUpdatesTable = ReturnType<typeof urlUpdatesTable>;

export function urlUpdatesTable(db: Database.Database) {
  const columns = `u.id, u.run_id, u.doclist_entry_id, u.revision, u.operation, u.undoes, u.url_before, u.file_key_before,
    u.file_original_url_before, u.url_after, u.file_key_after, u.file_original_url_after, u.bulk_job_id, u.state, u.error_type`;
  const insert = db.prepare<Value[]>(
    `INSERT INTO url_updates (run_id, update_job, operation, doclist_entry_id, revision, undoes, url_before, file_key_before,
       file_original_url_before, url_after, file_key_after, file_original_url_after, state, error_type, planned_at, concluded_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const toJob = db.prepare<[string, number]>(
    "UPDATE url_updates SET bulk_job_id = ? WHERE update_job = ? AND state = 'planned'",
  );
  const sent = db.prepare<[number, number]>(
    "UPDATE url_updates SET state = 'sent', sent_at = ? WHERE update_job = ? AND state = 'planned'",
  );
  const abandon = db.prepare<[string, number, number]>(
    `UPDATE url_updates SET state = 'failed', error_type = ?, concluded_at = ?
     WHERE update_job = ? AND state IN ('planned', 'sent')`,
  );
  const conclude = db.prepare<Value[]>(
    `UPDATE url_updates SET state = ?, error_type = ?, error_message = ?, concluded_at = ?
     WHERE id = ? AND update_job = ? AND state IN ('planned', 'sent')`,
  );
  const supersede = db.prepare<[string, number]>(
    "UPDATE url_updates SET state = 'superseded' WHERE doclist_entry_id = ? AND id < ? AND state = 'confirmed'",
  );
  const byId = db.prepare<[number], Row>(`SELECT ${columns} FROM url_updates u WHERE u.id = ?`);
  const open = db.prepare<[number, number, number], Row>(
    `SELECT ${columns} FROM url_updates u
     WHERE u.update_job = ? AND u.id > ? AND u.state IN ('planned', 'sent') ORDER BY u.id LIMIT +?`,
  );
  const ofDocument = db.prepare<[string], Row>(
    `SELECT ${columns} FROM url_updates u WHERE u.doclist_entry_id = ? ORDER BY u.id`,
  );
  const counted = 'SELECT operation, state, error_type AS code, count(*) AS rows FROM url_updates';
  type Counted = { operation: JournalOperation; state: JournalState; code: string | null; rows: number };
  const countAll = db.prepare<[], Counted>(`${counted} GROUP BY 1, 2, 3`);
  const countRun = db.prepare<[number], Counted>(`${counted} WHERE run_id = ? GROUP BY 1, 2, 3`);
  const countLast = db.prepare<[number], Counted>(
    `${counted} u WHERE run_id = ? AND NOT EXISTS (
       SELECT 1 FROM url_updates v WHERE v.doclist_entry_id = u.doclist_entry_id AND v.run_id = u.run_id AND v.id > u.id)
     GROUP BY 1, 2, 3`,
  );
  const written = `FROM documents d
     JOIN url_updates u ON u.doclist_entry_id = d.doclist_entry_id
       AND u.state = 'confirmed' AND u.operation IN ('switch', 'relink')
     WHERE d.link_code IN (${encode(linkCodes, 'ours')}, ${encode(linkCodes, 'outdated')})`;
  const writtenAccounts = db.prepare<[number | null], WrittenAccount>(
    `SELECT d.account_id AS accountId, count(*) AS documents ${written} AND u.run_id = coalesce(?, u.run_id)
     GROUP BY 1 ORDER BY 1`,
  );
  const undoable = db.prepare<[number, number | null, number, { account: string | null }], Row & { cursor: number }>(
    `SELECT d.id AS cursor, ${columns} ${written} AND d.id IN ${rowsOfAccount} AND +d.id > ?
       AND u.run_id = coalesce(?, u.run_id) ORDER BY d.id LIMIT +?`,
  );
  const unjournaled = db.prepare<[string, number], Omit<UnjournaledLink, 'key'> & { key: ObjectKey | null }>(
    `SELECT d.doclist_entry_id AS document, d.account_id AS accountId, d.diverging_url AS url, d.your_s3_key AS key
     FROM documents d
     WHERE d.doclist_entry_id > ? AND d.record_code = ${encode(recordCodes, 'present')}
       AND d.link_code IN (${encode(linkCodes, 'ours')}, ${encode(linkCodes, 'outdated')})
       AND NOT EXISTS (SELECT 1 FROM url_updates u WHERE u.doclist_entry_id = d.doclist_entry_id
         AND u.state = 'confirmed' AND u.operation IN ('switch', 'relink'))
     ORDER BY d.doclist_entry_id LIMIT +?`,
  );
  const rebuild = db.prepare<Value[]>(
    `INSERT INTO url_updates (run_id, operation, doclist_entry_id, revision, url_before, url_after, file_key_after,
       file_original_url_after, state, planned_at, concluded_at)
     SELECT ?, 'switch', ?, ?, ?, ?, ?, ?, 'confirmed', ?, ?
     WHERE NOT EXISTS (SELECT 1 FROM url_updates WHERE doclist_entry_id = ? AND state = 'confirmed'
       AND operation IN ('switch', 'relink'))`,
  );
  return {
    /** Links whose rows are lost: what stands on the record was written, and its own original was there before. */
    rebuild: (run: RunId, links: readonly FoundLink[], now: number): number =>
      links.reduce((sum, { document, revision, written: { url, key, originalUrl } }) => {
        const row = [run, document, revision, originalUrl ?? '', url, key, originalUrl, now, now, document];
        return sum + rebuild.run(...row).changes;
      }, 0),
    plan: (job: UnfinishedJob, row: PlannedUpdate, now: number): void => {
      insert.run(...planned(job, row), 'planned', null, now, null);
    },
    conflict: (job: UnfinishedJob, row: PlannedUpdate, now: number): void => {
      insert.run(...planned(job, row), 'conflict', 'changed-since-backup' satisfies FailureCode, now, now);
    },
    toJob: (job: JobNumber, bulkJobId: string): void => {
      toJob.run(bulkJobId, job);
    },
    sent: (job: JobNumber, now: number): number => sent.run(now, job).changes,
    abandon: (job: JobNumber, code: FailureCode, now: number): number => abandon.run(code, now, job).changes,
    /** @returns whether the row was still open */
    conclude: (
      job: JobNumber,
      id: JournalId,
      { state, code, message }: { state: JournalState; code: FailureCode | undefined; message: string | undefined },
      now: number,
    ): boolean => conclude.run(state, code ?? null, message ?? null, now, id, job).changes === 1,
    /** A newer row of the document is confirmed: the older ones may not be undone any more. */
    supersede: (document: DocumentId, newest: JournalId): void => {
      supersede.run(document, newest);
    },
    find(id: JournalId): JournalRow | undefined {
      const row = byId.get(id);
      return row && rowOf(row);
    },
    open: (job: JobNumber, after: number, limit: number): JournalRow[] => open.all(job, after, limit).map(rowOf),
    ofDocument: (document: DocumentId): JournalRow[] => ofDocument.all(document).map(rowOf),
    counts: (run: RunId | undefined): JournalCount[] =>
      (run === undefined ? countAll.all() : countRun.all(run)).map(countOf),
    outcomes: (run: RunId): JournalCount[] => countLast.all(run).map(countOf),
    writtenAccounts: (run: RunId | undefined): WrittenAccount[] => writtenAccounts.all(run ?? null),
    unjournaled: (after: string, limit: number): UnjournaledLink[] =>
      unjournaled.all(after, limit).map(({ key, ...link }) => ({ ...link, key: key ?? undefined })),
    undoable: ({ account, after, run }: UndoablePage, limit: number): UndoableRow[] =>
      undoable.all(after, run ?? null, limit, { account }).map((row) => {
        const { id, document, revision, before, after: written, operation } = rowOf(row);
        if (operation === 'rollback') throw new Error(`Row ${id} of the journal is no link.`);
        return { cursor: row.cursor, id, document, revision, operation, before, after: written };
      }),
  };
}

function countOf({ code, ...rest }: Omit<JournalCount, 'code'> & { code: string | null }): JournalCount {
  return { ...rest, code: code === null ? undefined : storedFailureCode(code) };
}

function planned(job: UnfinishedJob, { document, revision, undoes, before, after }: PlannedUpdate): Value[] {
  return [
    job.run,
    job.number,
    job.operation,
    document,
    revision,
    undoes ?? null,
    before.url,
    before.key,
    before.originalUrl,
    after.url,
    after.key,
    after.originalUrl,
  ];
}

function rowOf(row: Row): JournalRow {
  return {
    id: row.id,
    run: row.run_id,
    document: row.doclist_entry_id,
    revision: row.revision,
    operation: row.operation,
    ...(row.undoes !== null && { undoes: row.undoes }),
    before: { url: row.url_before, key: row.file_key_before, originalUrl: row.file_original_url_before },
    after: { url: row.url_after, key: row.file_key_after, originalUrl: row.file_original_url_after },
    bulkJobId: row.bulk_job_id ?? undefined,
    state: row.state,
    code: row.error_type === null ? undefined : storedFailureCode(row.error_type),
  };
}
