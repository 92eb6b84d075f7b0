-- A catalog of schema version 4, as the program that made it wrote it: six documents copied, then one switched, one
-- replaced, one deleted, one new, and one whose source has changed.
PRAGMA user_version = 4;
PRAGMA application_id = 1179478375;
BEGIN TRANSACTION;
CREATE TABLE account_counts (
  account_id TEXT PRIMARY KEY,        -- '-' for documents without account
  account_name TEXT,
  documents INTEGER NOT NULL, bytes INTEGER NOT NULL,
  ready INTEGER NOT NULL,             -- could be claimed now
  "switched" INTEGER NOT NULL, "verified" INTEGER NOT NULL, "copied" INTEGER NOT NULL, "discovered" INTEGER NOT NULL, "changed" INTEGER NOT NULL, "failed" INTEGER NOT NULL, "missing" INTEGER NOT NULL, "denied" INTEGER NOT NULL, "archived" INTEGER NOT NULL, "skipped" INTEGER NOT NULL, "deleted" INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "account_counts" VALUES('0015g0000000000AAA','Account 0',3,2000,1,1,0,0,1,1,0,0,0,0,0,0);
INSERT INTO "account_counts" VALUES('0015g0000000001AAA','Account 1',2,1000,1,0,1,0,1,0,0,0,0,0,0,0);
INSERT INTO "account_counts" VALUES('0015g0000000002AAA','Account 2',2,0,0,0,0,0,0,0,0,1,0,0,0,1);
CREATE TABLE catalog (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  uuid TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  organization_id TEXT, object TEXT, url_field TEXT, bucket TEXT, prefix TEXT,
  s3_url_base TEXT,
  watermark_at INTEGER, watermark_run_id INTEGER,
  seen_by INTEGER  -- the full discovery whose marks stand in "seen"
);
INSERT INTO "catalog" VALUES(1,'57c126d8-b484-42c0-a2c6-be548c274ef5',1767225600000,'00D5g000000AbCdEAK','DocListEntry__c','Document__c','customer-files','uploads/','https://customer-files.s3.amazonaws.com/',1767225660000,1,1);
CREATE TABLE catalog_lock (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL,
  host TEXT, pid INTEGER, command TEXT, since INTEGER
);
INSERT INTO "catalog_lock" VALUES(1,1,NULL,NULL,NULL,NULL);
CREATE TABLE claims (
  document INTEGER PRIMARY KEY REFERENCES documents (id),
  token TEXT NOT NULL,                -- ends in the document's row
  revision INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  worker TEXT NOT NULL,
  claimed_until INTEGER NOT NULL
);
CREATE TABLE document_counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "document_counts" VALUES('bytes',3000);
INSERT INTO "document_counts" VALUES('documents',7);
INSERT INTO "document_counts" VALUES('evidence/B',3);
INSERT INTO "document_counts" VALUES('past-revisions',2);
INSERT INTO "document_counts" VALUES('remaining',2);
INSERT INTO "document_counts" VALUES('state/changed',1);
INSERT INTO "document_counts" VALUES('state/deleted',1);
INSERT INTO "document_counts" VALUES('state/discovered',2);
INSERT INTO "document_counts" VALUES('state/missing',1);
INSERT INTO "document_counts" VALUES('state/switched',1);
INSERT INTO "document_counts" VALUES('state/verified',1);
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
INSERT INTO "documents" VALUES(1,'a0B5g0000000000EAA','0015g0000000000AAA','Account 0','Invoice 0.pdf','x0','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/0','https://files.example.com/d/a0B5g0000000000EAA',1,'uploads/0015g0000000000AAA/Account_0/a0B5g0000000000EAA/Invoice_0.pdf',0,2,1,0,0,NULL,NULL,1,NULL,NULL,'B',1,0,1000,NULL,X'D7A8FBB307D7809469CA9ABCB0082E4F8D5651E46D3CDB762D02D0BF37C9E592','9e107d9d372bb6826bd81d3542a419d6',NULL,NULL,NULL,'9e107d9d372bb6826bd81d3542a419d6',NULL,'sha256:full:q80=',NULL,0,1767225600000,1748736000000,1748736000000,1767225600000,1767225660000,NULL);
INSERT INTO "documents" VALUES(2,'a0B5g0000000001EAA','0015g0000000001AAA','Account 1','Invoice 1.pdf','x1','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/replacement',NULL,2,'uploads/0015g0000000001AAA/Account_1/a0B5g0000000001EAA/Invoice_1~2.pdf',0,0,0,0,3,NULL,NULL,0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1748736000000,1748736000000,1767225600000,1767225660000,NULL);
INSERT INTO "documents" VALUES(3,'a0B5g0000000002EAA','0015g0000000002AAA','Account 2','Invoice 2.pdf','x2','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/2',NULL,1,'uploads/0015g0000000002AAA/Account_2/a0B5g0000000002EAA/Invoice_2.pdf',1,2,0,0,10,NULL,NULL,1,NULL,NULL,'B',1,0,1000,NULL,X'D7A8FBB307D7809469CA9ABCB0082E4F8D5651E46D3CDB762D02D0BF37C9E592','9e107d9d372bb6826bd81d3542a419d6',NULL,NULL,NULL,'9e107d9d372bb6826bd81d3542a419d6',NULL,'sha256:full:q80=',NULL,0,1767225600000,1748736000000,1748736000000,1767225600000,1767225660000,NULL);
INSERT INTO "documents" VALUES(4,'a0B5g0000000003EAA','0015g0000000000AAA','Account 0','Invoice 3.pdf','x3','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/3',NULL,1,'uploads/0015g0000000000AAA/Account_0/a0B5g0000000003EAA/Invoice_3.pdf',0,2,0,1,4,NULL,NULL,1,NULL,'source-changed','B',1,0,1000,NULL,X'D7A8FBB307D7809469CA9ABCB0082E4F8D5651E46D3CDB762D02D0BF37C9E592','9e107d9d372bb6826bd81d3542a419d6',NULL,NULL,NULL,'9e107d9d372bb6826bd81d3542a419d6',NULL,'sha256:full:q80=',NULL,0,1767225600000,1748736000000,1748736000000,1767225600000,1767225660000,NULL);
INSERT INTO "documents" VALUES(5,'a0B5g0000000004EAA','0015g0000000001AAA','Account 1','Invoice 4.pdf','x4','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/4',NULL,1,'uploads/0015g0000000001AAA/Account_1/a0B5g0000000004EAA/Invoice_4.pdf',0,2,0,0,1,NULL,NULL,1,NULL,NULL,'B',1,0,1000,NULL,X'D7A8FBB307D7809469CA9ABCB0082E4F8D5651E46D3CDB762D02D0BF37C9E592','9e107d9d372bb6826bd81d3542a419d6',NULL,NULL,NULL,'9e107d9d372bb6826bd81d3542a419d6',NULL,'sha256:full:q80=',NULL,0,1767225600000,1748736000000,1748736000000,1767225600000,1767225600000,NULL);
INSERT INTO "documents" VALUES(6,'a0B5g0000000005EAA','0015g0000000002AAA','Account 2','Invoice 5.pdf','x5','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/5',NULL,1,'uploads/0015g0000000002AAA/Account_2/a0B5g0000000005EAA/Invoice_5.pdf',0,4,0,0,6,NULL,NULL,1,NULL,'source-missing',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1748736000000,1748736000000,1767225600000,1767225600000,X'000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO "documents" VALUES(7,'a0B5g0000000006EAA','0015g0000000000AAA','Account 0','Invoice 6.pdf','x6','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/6',NULL,1,'uploads/0015g0000000000AAA/Account_0/a0B5g0000000006EAA/Invoice_6.pdf',0,0,0,0,3,NULL,NULL,0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1748736000000,1748736000000,1767225660000,1767225660000,X'000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE file_revisions (
  doclist_entry_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  original_url TEXT NOT NULL,
  your_s3_key TEXT NOT NULL UNIQUE,
  copy_code INTEGER NOT NULL,
  copy_state TEXT GENERATED ALWAYS AS (CASE copy_code WHEN 0 THEN 'discovered' WHEN 1 THEN 'copied' WHEN 2 THEN 'verified' WHEN 3 THEN 'failed' WHEN 4 THEN 'missing' WHEN 5 THEN 'denied' WHEN 6 THEN 'archived' WHEN 7 THEN 'skipped' END) VIRTUAL,
  evidence TEXT,
  way_code INTEGER,
  way TEXT GENERATED ALWAYS AS (CASE way_code WHEN 0 THEN 'server-side-copy' WHEN 1 THEN 's3' WHEN 2 THEN 'https' WHEN 3 THEN 'vendor-api' WHEN 4 THEN 'salesforce-file' END) VIRTUAL,
  file_size_bytes INTEGER,
  file_hash TEXT,
  source_etag TEXT, source_version TEXT, source_checksum TEXT,
  target_etag TEXT, target_version TEXT, target_checksum TEXT,
  backed_up_at INTEGER,
  replaced_at INTEGER NOT NULL,
  PRIMARY KEY (doclist_entry_id, revision)
) WITHOUT ROWID;
INSERT INTO "file_revisions" VALUES('a0B5g0000000001EAA',1,'https://vendor-documents.s3.us-west-2.amazonaws.com/acme/1','uploads/0015g0000000001AAA/Account_1/a0B5g0000000001EAA/Invoice_1.pdf',2,'B',1,1000,'d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592','9e107d9d372bb6826bd81d3542a419d6',NULL,NULL,'9e107d9d372bb6826bd81d3542a419d6',NULL,'sha256:full:q80=',1767225600000,1767225660000);
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
  timestamp TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', last_at / 1000.0, 'unixepoch')) VIRTUAL,
  UNIQUE (doclist_entry_id, error_type, failure_class)
);
INSERT INTO "migration_errors" VALUES(1,1,'a0B5g0000000005EAA','source-missing','skip','The source answered 404.','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/5',1,1767225600000,1767225600000,1);
INSERT INTO "migration_errors" VALUES(2,3,'a0B5g0000000003EAA','source-changed','skip','other bytes','https://vendor-documents.s3.us-west-2.amazonaws.com/acme/3',1,1767225660000,1767225660000,1);
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
  start_time TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000.0, 'unixepoch')) VIRTUAL,
  end_time TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch')) VIRTUAL,
  total_files_processed INTEGER GENERATED ALWAYS AS (processed) VIRTUAL,
  successful_files INTEGER GENERATED ALWAYS AS (copied + verified) VIRTUAL,
  failed_files INTEGER GENERATED ALWAYS AS (failed + missing + denied + archived) VIRTUAL,
  new_files INTEGER GENERATED ALWAYS AS (created) VIRTUAL,
  updated_files INTEGER GENERATED ALWAYS AS (replaced) VIRTUAL,
  skipped_files INTEGER GENERATED ALWAYS AS (skipped) VIRTUAL
);
INSERT INTO "migration_runs" VALUES(1,'backup','full','sf migrate files backup --full','completed_with_failures',1767225600000,1767225660000,1767225660000,'host',1,NULL,'{"target":{"bucket":"customer-files"}}',NULL,'{"discovery":1,"mode":"full","jobId":"750A","apiVersion":"66.0","startedAt":1,"done":true}',6,6,0,0,0,6,0,5,0,1,0,0,0,0,5000);
INSERT INTO "migration_runs" VALUES(2,'backup','incremental','sf migrate files backup --full','stopped',1767225660000,1767225660000,1767225660000,'host',1,NULL,'{"target":{"bucket":"customer-files"}}',NULL,NULL,4,1,1,1,1,0,0,0,0,0,0,0,0,0,0);
INSERT INTO "migration_runs" VALUES(3,'verify','full','sf migrate files backup --full','completed_with_failures',1767225660000,1767225660000,1767225660000,'host',1,NULL,'{"target":{"bucket":"customer-files"}}',NULL,NULL,0,0,0,0,0,1,0,0,1,0,0,0,0,0,0);
CREATE TABLE publication (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  sequence INTEGER NOT NULL,          -- of the newest snapshot, published or not
  snapshot TEXT,                      -- JSON: the newest one that is in the org
  throughput TEXT,                    -- JSON: that of the snapshot's run
  gates TEXT,                         -- JSON: what the newest look at the gates found
  event_at INTEGER
);
INSERT INTO "publication" VALUES(1,0,NULL,NULL,NULL,NULL);
CREATE TABLE publication_calls (hour INTEGER PRIMARY KEY, calls INTEGER NOT NULL);
CREATE TABLE published_rows (
  key TEXT PRIMARY KEY,               -- the external id without the catalog's UUID
  hash TEXT NOT NULL,
  record_id TEXT NOT NULL,            -- Salesforce's
  status TEXT                         -- of a run: as the org shows it
) WITHOUT ROWID;
CREATE TABLE seen (document INTEGER PRIMARY KEY);
INSERT INTO "seen" VALUES(1);
INSERT INTO "seen" VALUES(2);
INSERT INTO "seen" VALUES(3);
INSERT INTO "seen" VALUES(4);
INSERT INTO "seen" VALUES(5);
INSERT INTO "seen" VALUES(6);
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
, update_job INTEGER REFERENCES update_jobs (id));
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
INSERT INTO "verifications" VALUES('a0B5g0000000003EAA',1,3,'source-changed',NULL,1767225660000);
CREATE UNIQUE INDEX documents_document ON documents (doclist_entry_id);
CREATE INDEX documents_work ON documents (account_id, next_attempt);
CREATE INDEX documents_later ON documents (next_attempt) WHERE next_attempt > 0;
CREATE INDEX documents_rare ON documents (state_code, doclist_entry_id) WHERE state_code >= 4;
CREATE INDEX documents_orphaned_clone ON documents (clone_of)
  WHERE clone_of IS NOT NULL AND original_url = '';
CREATE UNIQUE INDEX documents_adopted_key ON documents (your_s3_key) WHERE adopted = 1;
CREATE VIEW file_migrations AS SELECT
  d.id, doclist_entry_id, account_id, account_name, file_name, external_id, original_url,
  coalesce(diverging_url, original_url) AS current_url,
  d.revision, your_s3_key, c.s3_url_base || your_s3_key AS your_s3_url,
  file_size_bytes, lower(nullif(hex(sha256), '')) AS file_hash,
  coalesce(source_size, file_size_bytes) AS source_size,
  source_etag, source_version, source_checksum, strftime('%Y-%m-%dT%H:%M:%fZ', source_last_modified_at / 1000.0, 'unixepoch') AS source_last_modified,
  target_etag, target_version, target_checksum,
  evidence, CASE way_code WHEN 0 THEN 'server-side-copy' WHEN 1 THEN 's3' WHEN 2 THEN 'https' WHEN 3 THEN 'vendor-api' WHEN 4 THEN 'salesforce-file' END AS way, substitute,
  CASE link_code WHEN 1 THEN 2 ELSE 1 END AS migration_phase,
  CASE link_code WHEN 1 THEN 1 ELSE 0 END AS salesforce_updated,
  CASE record_code WHEN 0 THEN 'present' WHEN 1 THEN 'deleted' END AS record_state,
  CASE copy_code WHEN 0 THEN 'discovered' WHEN 1 THEN 'copied' WHEN 2 THEN 'verified' WHEN 3 THEN 'failed' WHEN 4 THEN 'missing' WHEN 5 THEN 'denied' WHEN 6 THEN 'archived' WHEN 7 THEN 'skipped' END AS copy_state,
  CASE link_code WHEN 0 THEN 'original' WHEN 1 THEN 'ours' WHEN 2 THEN 'conflict' END AS link_state,
  CASE state_code WHEN 0 THEN 'switched' WHEN 1 THEN 'verified' WHEN 2 THEN 'copied' WHEN 3 THEN 'discovered' WHEN 4 THEN 'changed' WHEN 5 THEN 'failed' WHEN 6 THEN 'missing' WHEN 7 THEN 'denied' WHEN 8 THEN 'archived' WHEN 9 THEN 'skipped' WHEN 10 THEN 'deleted' END AS state,
  source_changed, skip_rule, clone_of, attempts,
  CASE WHEN next_attempt > 0 THEN strftime('%Y-%m-%dT%H:%M:%fZ', next_attempt / 1000.0, 'unixepoch') END AS next_attempt,
  claims.token AS claim_token, strftime('%Y-%m-%dT%H:%M:%fZ', claims.claimed_until / 1000.0, 'unixepoch') AS claimed_until,
  last_error,
  strftime('%Y-%m-%dT%H:%M:%fZ', backed_up_at / 1000.0, 'unixepoch') AS backup_timestamp,
  strftime('%Y-%m-%dT%H:%M:%fZ', last_modified_at / 1000.0, 'unixepoch') AS last_modified_sf,
  strftime('%Y-%m-%dT%H:%M:%fZ', d.created_at / 1000.0, 'unixepoch') AS created_date,
  strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch') AS updated_date
FROM documents d CROSS JOIN catalog c LEFT JOIN claims ON claims.document = d.id;
CREATE INDEX account_counts_ready ON account_counts (account_id) WHERE ready > 0;
CREATE INDEX migration_errors_recent ON migration_errors (last_at);
CREATE INDEX url_updates_document ON url_updates (doclist_entry_id, id);
CREATE INDEX url_updates_run ON url_updates (run_id, state);
CREATE INDEX url_updates_job ON url_updates (bulk_job_id) WHERE bulk_job_id IS NOT NULL;
CREATE UNIQUE INDEX url_updates_open ON url_updates (doclist_entry_id) WHERE state IN ('planned', 'sent');
CREATE INDEX update_jobs_unfinished ON update_jobs (id) WHERE stage <> 'ended';
CREATE INDEX url_updates_update_job ON url_updates (update_job, id) WHERE update_job IS NOT NULL;
CREATE INDEX url_updates_confirmed ON url_updates (id) WHERE state = 'confirmed';
COMMIT;
