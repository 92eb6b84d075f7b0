/**
 * Version 3: passes of `verify`, with the position to resume from, and when each document was last looked at. The
 * position stands apart from the run's own, which is one of discovery.
 */
export const schemaV3 = `
CREATE TABLE verification_passes (
  run_id INTEGER PRIMARY KEY,
  settings TEXT NOT NULL,             -- JSON
  after TEXT,                         -- the last document that was looked at
  ended INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE verifications (
  doclist_entry_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('equal', 'source-changed', 'target-differs', 'target-missing', 'unsettled')),
  error_type TEXT,
  verified_at INTEGER NOT NULL
) WITHOUT ROWID;
`;
