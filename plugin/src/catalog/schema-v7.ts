import { copyCodes, encode, linkCodes, recordCodes, stateCodes } from './tables/codes.ts';

const broken = encode(stateCodes, 'broken');
const earlier = stateCodes.slice(0, broken);
const shareOfAccount = (code: number): string =>
  `(SELECT coalesce(sum(documents), 0) FROM broken WHERE account = account_counts.account_id AND state_code = ${code})`;

/**
 * Version 7: our link without a copy behind it is a state of its own, with its counters; what was kept under other words
 * moves there. Commands lose the session tokens that were typed in them, and errors the signatures of their URLs.
 */
export const schemaV7 = `
ALTER TABLE account_counts ADD COLUMN "broken" INTEGER NOT NULL DEFAULT 0;
CREATE TEMP TABLE broken AS
  SELECT coalesce(account_id, '-') AS account, state_code, skip_rule, count(*) AS documents FROM documents
  WHERE record_code = ${encode(recordCodes, 'present')} AND link_code = ${encode(linkCodes, 'ours')}
    AND copy_code NOT IN (${encode(copyCodes, 'copied')}, ${encode(copyCodes, 'verified')}) GROUP BY 1, 2, 3;
UPDATE documents SET state_code = ${broken}
  WHERE record_code = ${encode(recordCodes, 'present')} AND link_code = ${encode(linkCodes, 'ours')}
    AND copy_code NOT IN (${encode(copyCodes, 'copied')}, ${encode(copyCodes, 'verified')});
UPDATE account_counts SET
  ${earlier.map((state, code) => `"${state}" = "${state}" - ${shareOfAccount(code)}`).join(',\n  ')},
  "broken" = (SELECT coalesce(sum(documents), 0) FROM broken WHERE account = account_counts.account_id);
${earlier
  .map(
    (state, code) => `UPDATE document_counts
  SET value = value - (SELECT coalesce(sum(documents), 0) FROM broken WHERE state_code = ${code}) WHERE name = 'state/${state}';`,
  )
  .join('\n')}
UPDATE document_counts SET value = value - (SELECT coalesce(sum(documents), 0) FROM broken
    WHERE state_code = ${encode(stateCodes, 'skipped')} AND name = 'skipped/' || skip_rule) WHERE name LIKE 'skipped/%';
INSERT INTO document_counts (name, value) SELECT 'state/broken', coalesce(sum(documents), 0) FROM broken;
DROP TABLE temp.broken;

DROP VIEW IF EXISTS file_migrations;

UPDATE migration_runs SET command = masked(command);
UPDATE catalog_lock SET command = masked(command);
UPDATE migration_errors SET error_message = masked(error_message), original_url = masked(original_url);
`;
