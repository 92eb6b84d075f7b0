/**
 * Version 2: the jobs that the journal's rows are sent in. `stage` is how far the protocol is, kept before each step that
 * acts: a row without a Salesforce id was never sent, `open` was never closed, `committing` may have been.
 */
export const schemaV2 = `
CREATE TABLE update_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER NOT NULL,
  operation TEXT NOT NULL CHECK (operation IN ('switch', 'relink', 'rollback')),
  fields TEXT NOT NULL,               -- JSON array, in the order of the upload
  stage TEXT NOT NULL CHECK (stage IN ('planned', 'open', 'committing', 'ended')),
  bulk_job_id TEXT UNIQUE,
  api_version TEXT,
  rollback_key TEXT,                  -- where its rollback lines lie in the target bucket
  planned_at INTEGER NOT NULL, committing_at INTEGER, ended_at INTEGER
);
CREATE INDEX update_jobs_unfinished ON update_jobs (id) WHERE stage <> 'ended';
ALTER TABLE url_updates ADD COLUMN update_job INTEGER REFERENCES update_jobs (id);
CREATE INDEX url_updates_update_job ON url_updates (update_job, id) WHERE update_job IS NOT NULL;
CREATE INDEX url_updates_confirmed ON url_updates (id) WHERE state = 'confirmed';
`;
