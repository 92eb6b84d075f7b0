import { isoTime } from './iso-time.ts';
import { copyCodes, linkCodes, recordCodes, sqlWord, stateCodes, methodCodes } from './tables/codes.ts';

/**
 * What users query, under the predecessor's name: made anew by the newest version of the schema alone, since it names
 * today's columns. A view, because generated columns in the table itself would be worked out at every write.
 */
export const fileMigrationsView = `
CREATE VIEW file_migrations AS SELECT
  d.id, doclist_entry_id, account_id, account_name, file_name, external_id, original_url,
  coalesce(diverging_url, original_url) AS current_url,
  d.revision, your_s3_key, c.s3_url_base || your_s3_key AS your_s3_url,
  file_size_bytes, lower(nullif(hex(sha256), '')) AS file_hash,
  coalesce(source_size, file_size_bytes) AS source_size,
  source_etag, source_version, source_checksum, ${isoTime('source_last_modified_at')} AS source_last_modified,
  target_etag, target_version, target_checksum,
  evidence, ${sqlWord(methodCodes, 'method_code')} AS method, substitute,
  CASE WHEN link_code IN (1, 3) THEN 2 ELSE 1 END AS migration_phase,
  link_code IN (1, 3) AS salesforce_updated,
  ${sqlWord(recordCodes, 'record_code')} AS record_state,
  ${sqlWord(copyCodes, 'copy_code')} AS copy_state,
  ${sqlWord(linkCodes, 'link_code')} AS link_state,
  ${sqlWord(stateCodes, 'state_code')} AS state,
  source_changed, skip_rule, clone_of, attempts,
  CASE WHEN next_attempt > 0 THEN ${isoTime('next_attempt')} END AS next_attempt,
  claims.token AS claim_token, ${isoTime('claims.claimed_until')} AS claimed_until,
  last_error,
  ${isoTime('backed_up_at')} AS backup_timestamp,
  ${isoTime('last_modified_at')} AS last_modified_sf,
  ${isoTime('d.created_at')} AS created_date,
  ${isoTime('updated_at')} AS updated_date
FROM documents d CROSS JOIN catalog c LEFT JOIN claims ON claims.document = d.id;
`;
