/**
 * Version 4: what is published into the org. The hash of every row that is there tells which ones have changed since; the
 * ledger of calls is kept by the hour, so that a budget a day holds over any number of processes.
 */
export const schemaV4 = `
CREATE TABLE publication (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  sequence INTEGER NOT NULL,          -- of the newest snapshot, published or not
  snapshot TEXT,                      -- JSON: the newest one that is in the org
  throughput TEXT,                    -- JSON: that of the snapshot's run
  gates TEXT,                         -- JSON: what the newest look at the gates found
  event_at INTEGER
);
INSERT INTO publication (one, sequence) VALUES (1, 0);
CREATE TABLE publication_calls (hour INTEGER PRIMARY KEY, calls INTEGER NOT NULL);
CREATE TABLE published_rows (
  key TEXT PRIMARY KEY,               -- the external id without the catalog's UUID
  hash TEXT NOT NULL,
  record_id TEXT NOT NULL,            -- Salesforce's
  status TEXT                         -- of a run: as the org shows it
) WITHOUT ROWID;
`;
