import { fileMigrationsView } from './file-migrations-view.ts';

/**
 * Version 8: columns and results have the words of the rest: a copy has a method, rows of the journal are concluded, and a
 * document that could not be compared is `not-compared`.
 */
export const schemaV8 = `
DROP VIEW IF EXISTS file_migrations;
ALTER TABLE documents RENAME COLUMN way_code TO method_code;
ALTER TABLE file_revisions RENAME COLUMN way_code TO method_code;
ALTER TABLE file_revisions RENAME COLUMN way TO method;
ALTER TABLE url_updates RENAME COLUMN settled_at TO concluded_at;
${fileMigrationsView}

CREATE TABLE present_verifications (
  doclist_entry_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('equal', 'source-changed', 'target-differs', 'target-missing', 'not-compared')),
  error_type TEXT,
  verified_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO present_verifications
  SELECT doclist_entry_id, revision, run_id, iif(result = 'unsettled', 'not-compared', result), error_type, verified_at
  FROM verifications ORDER BY doclist_entry_id;
DROP TABLE verifications;
ALTER TABLE present_verifications RENAME TO verifications;
`;
