import { isoTime } from './iso-time.ts';
import { copyCodes, firstRareStateCode, sqlWord, stateCodes, methodCodes } from './tables/codes.ts';

/** The states of the first version, each with its counter of an account; later versions add theirs. */
const firstStates = stateCodes.slice(0, stateCodes.indexOf('broken'));

/**
 * Version 1. `file_migrations`, `migration_runs` and `migration_errors` have the predecessor's names and key columns, so
 * that its users' queries go on working. What it kept as text and we keep as integers is there under its old name: times
 * (ISO 8601, in UTC; the predecessor wrote local time without a zone), the hash in hex, `migration_phase`,
 * `salesforce_updated`, `your_s3_url`.
 */
export const schemaV1 = `
CREATE TABLE catalog (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  uuid TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  organization_id TEXT, object TEXT, url_field TEXT, bucket TEXT, prefix TEXT,
  s3_url_base TEXT,
  watermark_at INTEGER, watermark_run_id INTEGER,
  seen_by INTEGER  -- the full discovery whose marks stand in "seen"
);
CREATE TABLE catalog_lock (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL,
  host TEXT, pid INTEGER, command TEXT, since INTEGER
);
INSERT INTO catalog_lock (one, epoch) VALUES (1, 0);

CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  doclist_entry_id TEXT NOT NULL,
  account_id TEXT,
  account_name TEXT,
  file_name TEXT NOT NULL,
  external_id TEXT,
  original_url TEXT NOT NULL,         -- never our link; empty when there is none
  diverging_url TEXT,                 -- what the record holds now, where that differs from original_url
  revision INTEGER NOT NULL,
  your_s3_key TEXT,                   -- rendered once for a revision, then frozen
  record_code INTEGER NOT NULL, copy_code INTEGER NOT NULL, link_code INTEGER NOT NULL,
  source_changed INTEGER NOT NULL DEFAULT 0, state_code INTEGER NOT NULL,
  skip_rule TEXT,
  clone_of TEXT,                      -- the document whose link this one held when it was found
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt INTEGER,               -- null: not waiting to be copied; 0: at once; else milliseconds since 1970
  last_error TEXT,
  evidence TEXT,
  way_code INTEGER,
  substitute INTEGER NOT NULL DEFAULT 0,
  file_size_bytes INTEGER,
  source_size INTEGER,                -- where it differs from file_size_bytes
  sha256 BLOB,
  source_etag TEXT, source_version TEXT, source_checksum TEXT, source_last_modified_at INTEGER,
  target_etag TEXT, target_version TEXT, target_checksum TEXT, target_last_modified_at INTEGER,
  adopted INTEGER NOT NULL DEFAULT 0,           -- taken over from the predecessor's database
  backed_up_at INTEGER,
  last_modified_at INTEGER NOT NULL,
  system_modstamp INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- The room that the copy's facts will take. Without it every row grows when its file is copied, pages split, and the
  -- file is a third larger than its content.
  room BLOB,
  -- No two documents can share a key, and no index is needed to know it: the last folder of every key that we render is
  -- its own document's id. Revisions of one document differ by their mark, which file_revisions guards.
  -- (Two patterns, because they take a tenth of the time that cutting the folder out takes.)
  CHECK (your_s3_key IS NULL OR adopted = 1 OR (your_s3_key GLOB '*/' || doclist_entry_id || '/*'
    AND your_s3_key NOT GLOB '*/' || doclist_entry_id || '/*/*')),
  CHECK (length(your_s3_key) BETWEEN 1 AND 255)
);
CREATE UNIQUE INDEX documents_document ON documents (doclist_entry_id);
CREATE INDEX documents_work ON documents (account_id, next_attempt);
CREATE INDEX documents_later ON documents (next_attempt) WHERE next_attempt > 0;
CREATE INDEX documents_rare ON documents (state_code, doclist_entry_id) WHERE state_code >= ${firstRareStateCode};
CREATE INDEX documents_orphaned_clone ON documents (clone_of)
  WHERE clone_of IS NOT NULL AND original_url = '';
CREATE UNIQUE INDEX documents_adopted_key ON documents (your_s3_key) WHERE adopted = 1;
CREATE TABLE file_revisions (
  doclist_entry_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  original_url TEXT NOT NULL,
  your_s3_key TEXT NOT NULL UNIQUE,
  copy_code INTEGER NOT NULL,
  copy_state TEXT GENERATED ALWAYS AS (${sqlWord(copyCodes, 'copy_code')}) VIRTUAL,
  evidence TEXT,
  way_code INTEGER,
  way TEXT GENERATED ALWAYS AS (${sqlWord(methodCodes, 'way_code')}) VIRTUAL,
  file_size_bytes INTEGER,
  file_hash TEXT,
  source_etag TEXT, source_version TEXT, source_checksum TEXT,
  target_etag TEXT, target_version TEXT, target_checksum TEXT,
  backed_up_at INTEGER,
  replaced_at INTEGER NOT NULL,
  PRIMARY KEY (doclist_entry_id, revision)
) WITHOUT ROWID;

-- Work in flight: a few hundred rows, however many documents there are; an index would cost more than it saves.
CREATE TABLE claims (
  document INTEGER PRIMARY KEY REFERENCES documents (id),
  token TEXT NOT NULL,                -- ends in the document's row
  revision INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  worker TEXT NOT NULL,
  claimed_until INTEGER NOT NULL
);

-- What the present full discovery has seen. A mark on the document's own row would rewrite the whole table every time.
CREATE TABLE seen (document INTEGER PRIMARY KEY);

-- Kept counters, written in the transaction that changes the rows they count.
CREATE TABLE document_counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE account_counts (
  account_id TEXT PRIMARY KEY,        -- '-' for documents without account
  account_name TEXT,
  documents INTEGER NOT NULL, bytes INTEGER NOT NULL,
  ready INTEGER NOT NULL,             -- could be claimed now
  ${firstStates.map((state) => `"${state}" INTEGER NOT NULL`).join(', ')}
) WITHOUT ROWID;
CREATE INDEX account_counts_ready ON account_counts (account_id) WHERE ready > 0;

CREATE TABLE migration_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_type TEXT NOT NULL,
  mode TEXT NOT NULL,
  command TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER, heartbeat_at INTEGER NOT NULL,
  host TEXT NOT NULL, pid INTEGER NOT NULL,
  error_message TEXT,
  config_snapshot TEXT NOT NULL,
  scope TEXT,
  position TEXT,
  discovered INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL DEFAULT 0, replaced INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0, processed INTEGER NOT NULL DEFAULT 0,
  copied INTEGER NOT NULL DEFAULT 0, verified INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  missing INTEGER NOT NULL DEFAULT 0, denied INTEGER NOT NULL DEFAULT 0, archived INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0, retried INTEGER NOT NULL DEFAULT 0, bytes_copied INTEGER NOT NULL DEFAULT 0,
  start_time TEXT GENERATED ALWAYS AS (${isoTime('started_at')}) VIRTUAL,
  end_time TEXT GENERATED ALWAYS AS (${isoTime('ended_at')}) VIRTUAL,
  total_files_processed INTEGER GENERATED ALWAYS AS (processed) VIRTUAL,
  successful_files INTEGER GENERATED ALWAYS AS (copied + verified) VIRTUAL,
  failed_files INTEGER GENERATED ALWAYS AS (failed + missing + denied + archived) VIRTUAL,
  new_files INTEGER GENERATED ALWAYS AS (created) VIRTUAL,
  updated_files INTEGER GENERATED ALWAYS AS (replaced) VIRTUAL,
  skipped_files INTEGER GENERATED ALWAYS AS (skipped) VIRTUAL
);

CREATE TABLE migration_errors (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,            -- the latest run that saw it
  doclist_entry_id TEXT NOT NULL,
  error_type TEXT NOT NULL,
  failure_class TEXT NOT NULL,
  error_message TEXT NOT NULL,
  original_url TEXT NOT NULL,
  occurrences INTEGER NOT NULL,
  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
  is_open INTEGER NOT NULL,           -- the document still has it
  worth_retry INTEGER GENERATED ALWAYS AS (failure_class IN ('retry', 'pause')) VIRTUAL,
  timestamp TEXT GENERATED ALWAYS AS (${isoTime('last_at')}) VIRTUAL,
  UNIQUE (doclist_entry_id, error_type, failure_class)
);
CREATE INDEX migration_errors_recent ON migration_errors (last_at);

-- The journal of everything that is written to the org: written, with synchronous=FULL, before the org is.
CREATE TABLE url_updates (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER NOT NULL,
  doclist_entry_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  operation TEXT NOT NULL CHECK (operation IN ('switch', 'relink', 'rollback')),
  undoes INTEGER REFERENCES url_updates (id),
  url_before TEXT NOT NULL, file_key_before TEXT, file_original_url_before TEXT,
  url_after TEXT NOT NULL, file_key_after TEXT, file_original_url_after TEXT,
  bulk_job_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'confirmed', 'failed', 'conflict', 'superseded')),
  error_type TEXT, error_message TEXT,
  planned_at INTEGER NOT NULL, sent_at INTEGER, settled_at INTEGER
);
CREATE INDEX url_updates_document ON url_updates (doclist_entry_id, id);
CREATE INDEX url_updates_run ON url_updates (run_id, state);
CREATE INDEX url_updates_job ON url_updates (bulk_job_id) WHERE bulk_job_id IS NOT NULL;
-- No document enters a second job before the first is terminal and read back.
CREATE UNIQUE INDEX url_updates_open ON url_updates (doclist_entry_id) WHERE state IN ('planned', 'sent');
`;
