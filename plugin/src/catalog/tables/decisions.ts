import type { DocumentId } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { NewDecision } from '../certification.ts';
import type { DocumentState } from '../../model/document-state.ts';

/** All SQL that writes `decisions`. */
export type DecisionsTable = ReturnType<typeof decisionsTable>;

export function decisionsTable(db: Database.Database) {
  const insert = db.prepare<[DocumentId, number, DocumentState, string, string, string, number]>(
    `INSERT INTO decisions (doclist_entry_id, revision, state, decided_by, reason, decided_on, recorded_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    insert(decision: NewDecision, about: { revision: number; state: DocumentState }, now: number): void {
      const { document, decidedBy, reason, decidedOn } = decision;
      insert.run(document, about.revision, about.state, decidedBy, reason, decidedOn, now);
    },
  };
}
