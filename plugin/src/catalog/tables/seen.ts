import type { DocumentId } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { RunId } from '../../model/run.ts';

/** All SQL on the marks of the full discovery: which documents it has seen. */
export type SeenTable = ReturnType<typeof seenTable>;

export function seenTable(db: Database.Database) {
  const seenBy = db.prepare<[], RunId | null>('SELECT seen_by FROM catalog').pluck();
  const setSeenBy = db.prepare<[RunId]>('UPDATE catalog SET seen_by = ?');
  const clear = db.prepare('DELETE FROM seen');
  const mark = db.prepare<[number]>('INSERT OR IGNORE INTO seen (document) VALUES (?)');
  const unmark = db.prepare<[number]>('DELETE FROM seen WHERE document = ?');
  const count = db.prepare<[], number>('SELECT count(*) FROM seen').pluck();
  // The index alone tells who is not marked; rows are read for those few only (the CASE keeps that order).
  const absentees = db
    .prepare<[string, number], DocumentId>(
      `SELECT doclist_entry_id FROM documents d INDEXED BY documents_document
       WHERE doclist_entry_id > ? AND CASE WHEN EXISTS (SELECT 1 FROM seen s WHERE s.document = d.id) THEN 0
         ELSE record_code = 0 END
       ORDER BY doclist_entry_id LIMIT +?`,
    )
    .pluck();
  return {
    /** The full discovery whose marks these are. */
    by: (): RunId | undefined => seenBy.get() ?? undefined,
    /** Begins the marks of another full discovery. */
    begin(discovery: RunId): void {
      clear.run();
      setSeenBy.run(discovery);
    },
    /** Marks a row as seen and present. */
    mark: (row: number): void => {
      mark.run(row);
    },
    /** Only present documents are marked. */
    unmark: (row: number): void => {
      unmark.run(row);
    },
    count: (): number => count.get() ?? 0,
    absentees: (after: string, limit: number): DocumentId[] => absentees.all(after, limit),
  };
}
