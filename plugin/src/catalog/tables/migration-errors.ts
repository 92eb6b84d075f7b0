import type { DocumentId } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { FailureClass } from '../../model/failure.ts';
import { storedFailureCode, type FailureCode } from '../../model/failure-codes.ts';
import type { DocumentError } from '../documents.ts';
import type { ErrorClassCount } from '../../model/counts.ts';
import type { RunId } from '../../model/run.ts';
import type { OpenError } from '../publication.ts';
import { keyPrefix } from '../published-keys.ts';
import { masked } from '../../model/masked.ts';

type Row = {
  run_id: RunId;
  doclist_entry_id: DocumentId;
  error_type: string;
  failure_class: FailureClass;
  error_message: string;
  original_url: string;
  occurrences: number;
  last_at: number;
};

/** All SQL on `migration_errors`. */
export type ErrorsTable = ReturnType<typeof errorsTable>;

export function errorsTable(db: Database.Database) {
  const add = db.prepare<[number, string, string, string, string, string, number, number]>(
    `INSERT INTO migration_errors
       (run_id, doclist_entry_id, error_type, failure_class, error_message, original_url, occurrences, first_at, last_at, is_open)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, 1)
     ON CONFLICT (doclist_entry_id, error_type, failure_class) DO UPDATE SET run_id = excluded.run_id,
       error_message = excluded.error_message, original_url = excluded.original_url, occurrences = occurrences + 1,
       last_at = excluded.last_at, is_open = 1`,
  );
  const close = db.prepare<[string]>(
    'UPDATE migration_errors SET is_open = 0 WHERE doclist_entry_id = ? AND is_open = 1',
  );
  const classes = db.prepare<[], Row & { documents: number; first_at: number; worth_retry: number }>(
    `SELECT error_type, failure_class, worth_retry, sum(is_open) AS documents, sum(occurrences) AS occurrences,
       min(first_at) AS first_at, max(last_at) AS last_at, error_message
     FROM migration_errors GROUP BY error_type, failure_class ORDER BY documents DESC, occurrences DESC, error_type`,
  );
  const recent = db.prepare<[number], Row>(
    `SELECT run_id, doclist_entry_id, error_type, failure_class, error_message, original_url, occurrences, last_at
     FROM migration_errors ORDER BY last_at DESC, id DESC LIMIT +?`,
  );
  const open = db.prepare<[number, number], Row & { first_at: number; worth_retry: number; is_run_published: number }>(
    `SELECT run_id, doclist_entry_id, error_type, failure_class, error_message, occurrences, worth_retry, first_at, last_at,
       EXISTS (SELECT 1 FROM published_rows WHERE key = '${keyPrefix.run}' || run_id) AS is_run_published
     FROM migration_errors WHERE is_open = 1 ORDER BY last_at DESC, id DESC LIMIT +? OFFSET +?`,
  );
  const deleteOld = db.prepare<[number, number]>(
    'DELETE FROM migration_errors WHERE id IN (SELECT id FROM migration_errors WHERE last_at < ? LIMIT +?)',
  );
  return {
    /** Counts one more error of a document; it is the only one that the document still has. */
    add({
      run,
      document,
      code,
      failureClass,
      message,
      originalUrl,
      now,
    }: {
      run: RunId;
      document: DocumentId;
      code: FailureCode;
      failureClass: FailureClass;
      message: string;
      originalUrl: string;
      now: number;
    }): void {
      close.run(document);
      add.run(run, document, code, failureClass, masked(message), masked(originalUrl), now, now);
    },
    /** The document no longer has an error; what it had stays on record. */
    close: (document: DocumentId): void => {
      close.run(document);
    },
    classes: (): ErrorClassCount[] =>
      classes.all().map((row) => ({
        code: storedFailureCode(row.error_type),
        failureClass: row.failure_class,
        documents: row.documents,
        occurrences: row.occurrences,
        worthRetry: row.worth_retry === 1,
        firstAt: row.first_at,
        lastAt: row.last_at,
        example: row.error_message,
      })),
    recent: (limit: number): DocumentError[] =>
      recent.all(limit).map((row) => ({
        document: row.doclist_entry_id,
        runId: row.run_id,
        code: storedFailureCode(row.error_type),
        failureClass: row.failure_class,
        message: row.error_message,
        originalUrl: row.original_url,
        occurrences: row.occurrences,
        lastAt: row.last_at,
      })),
    /** Errors that documents still have, the newest first. */
    open: (offset: number, limit: number): OpenError[] =>
      open.all(limit, offset).map((row) => ({
        document: row.doclist_entry_id,
        runId: row.run_id,
        isRunPublished: row.is_run_published === 1,
        code: storedFailureCode(row.error_type),
        failureClass: row.failure_class,
        message: row.error_message,
        occurrences: row.occurrences,
        worthRetry: row.worth_retry === 1,
        firstAt: row.first_at,
        lastAt: row.last_at,
      })),
    deleteOlder: (before: number, limit: number): number => deleteOld.run(before, limit).changes,
  };
}
