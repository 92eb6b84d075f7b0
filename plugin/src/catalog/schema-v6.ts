/**
 * Version 6: who waits to be copied now stands in the queue of its account instead of in an index. Documents arrive in the
 * order of their ids and accounts in none, so that every page of the index was written again with each transaction; the
 * queue only grows at its end. Documents that somebody works on are in no queue: giving them back puts them there.
 */
export const schemaV6 = `
DROP INDEX documents_work;
-- a query finds this index only where it says literally the same
CREATE INDEX documents_work ON documents (account_id, next_attempt) WHERE next_attempt IS NOT 0;

-- One linked list for each account, from account_counts.queue_first on. An entry counts while its document is in that
-- account, waits and is not claimed; others are passed over. What was passed is cleared away when nothing waits at all.
CREATE TABLE work_queue (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL,          -- row of documents
  next INTEGER NOT NULL               -- id of the entry behind this one; 0: it is the last
);
ALTER TABLE account_counts ADD COLUMN queue_first INTEGER NOT NULL DEFAULT 0;

INSERT INTO work_queue (id, document, next)
  SELECT row_number() OVER line, id, iif(lag(account_id) OVER line IS account_id, row_number() OVER line - 1, 0)
  FROM documents d WHERE next_attempt = 0 AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.document = d.id)
  WINDOW line AS (ORDER BY account_id, id);
UPDATE account_counts SET queue_first = line.first FROM (
  SELECT coalesce(d.account_id, '-') AS account_id, max(q.id) AS first
  FROM work_queue q CROSS JOIN documents d ON d.id = q.document GROUP BY 1
) AS line WHERE account_counts.account_id = line.account_id;

-- Instead of an index on account_counts, whose entry SQLite writes anew whenever anything of the row changes.
DROP INDEX account_counts_ready;
CREATE TABLE ready_accounts (account_id TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO ready_accounts SELECT account_id FROM account_counts WHERE ready > 0;
`;
