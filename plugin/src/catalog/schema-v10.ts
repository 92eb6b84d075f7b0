/**
 * Version 10: what named people have decided about documents that have no copy. A decision is never changed: a later one
 * about the same document stands beside it and counts.
 */
export const schemaV10 = `
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  doclist_entry_id TEXT NOT NULL,
  revision INTEGER NOT NULL,          -- of the document when it was decided on; a new file needs a new decision
  state TEXT NOT NULL,                -- likewise
  decided_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_on TEXT NOT NULL,           -- a day, as the person wrote it: 2026-11-28
  recorded_at INTEGER NOT NULL
);
CREATE INDEX decisions_document ON decisions (doclist_entry_id, id);
`;
