/**
 * Version 9: who owns the bucket's files, as far as this file knows. The epoch and the token are those that this catalog
 * last wrote there; a command that finds others works on an older copy of the catalog.
 */
export const schemaV9 = `
CREATE TABLE ownership (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL,             -- 0: never written
  token TEXT,                         -- that stands in the bucket
  next_token TEXT,                    -- about to be written there: which of the two it is, only the bucket can tell
  snapshot_key TEXT, snapshot_at INTEGER, snapshot_bytes INTEGER,
  snapshot_error TEXT                 -- why the newest one could not be written
);
INSERT INTO ownership (one, epoch) VALUES (1, 0);
`;
