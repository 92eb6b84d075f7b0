import type { DocumentId, EvidenceGrade, ObjectKey } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { AccountableDocument } from '../certification.ts';
import { storedFailureCode } from '../../model/failure-codes.ts';
import { decode, stateCodes } from './codes.ts';

type Row = {
  doclist_entry_id: DocumentId;
  revision: number;
  state_code: number;
  skip_rule: string | null;
  your_s3_key: ObjectKey | null;
  evidence: EvidenceGrade | null;
  file_size_bytes: number | null;
  target_etag: string | null;
  target_version: string | null;
  target_checksum: string | null;
  sha256: Buffer | null;
  substitute: number;
  seen_at: number;
  decided_by: string | null;
  reason: string;
  decided_on: string;
  decided_revision: number;
  decided_state: string;
  recorded_at: number;
};

/** All SQL on documents as somebody answers for them: few columns, because every document is read. */
export type AccountableTable = ReturnType<typeof accountableTable>;

export function accountableTable(db: Database.Database) {
  const selected = `SELECT d.doclist_entry_id, d.revision, d.state_code, d.skip_rule, d.your_s3_key, d.evidence,
      d.file_size_bytes, d.target_etag, d.target_version, d.target_checksum, d.sha256, d.substitute,
      max(coalesce(d.backed_up_at, 0), coalesce(v.verified_at, 0)) AS seen_at,
      x.decided_by, x.reason, x.decided_on, x.revision AS decided_revision, x.state AS decided_state, x.recorded_at
    FROM documents d
    LEFT JOIN verifications v
      ON v.doclist_entry_id = d.doclist_entry_id AND v.revision = d.revision AND v.result = 'equal'
    LEFT JOIN decisions x
      ON x.id = (SELECT max(id) FROM decisions WHERE doclist_entry_id = d.doclist_entry_id)`;
  const page = db.prepare<[string, number], Row>(
    `${selected} WHERE d.doclist_entry_id > ? ORDER BY d.doclist_entry_id LIMIT +?`,
  );
  const byId = db.prepare<[string], Row>(`${selected} WHERE d.doclist_entry_id = ?`);
  const created = db
    .prepare<[number], number>("SELECT count(*) FROM documents WHERE created_at >= ? AND original_url <> ''")
    .pluck();
  // revision 0 is what another program had put there before
  const replaced = db
    .prepare<[number], number>('SELECT count(*) FROM file_revisions WHERE replaced_at >= ? AND revision > 0')
    .pluck();
  return {
    page: (after: string, limit: number): AccountableDocument[] => page.all(after, limit).map(accountable),
    byIds: (ids: readonly DocumentId[]): AccountableDocument[] =>
      ids.flatMap((id) => {
        const row = byId.get(id);
        return row === undefined ? [] : [accountable(row)];
      }),
    filesSince: (since: number): { created: number; replaced: number } => ({
      created: created.get(since) ?? 0,
      replaced: replaced.get(since) ?? 0,
    }),
  };
}

function accountable(row: Row): AccountableDocument {
  const { file_size_bytes: size, target_etag: etag, target_version: versionId, target_checksum: checksum } = row;
  return {
    id: row.doclist_entry_id,
    revision: row.revision,
    state: decode(stateCodes, row.state_code),
    skipRule: row.skip_rule === null ? undefined : storedFailureCode(row.skip_rule),
    key: row.your_s3_key ?? undefined,
    evidence: row.evidence ?? undefined,
    target:
      size === null
        ? undefined
        : {
            size,
            ...(etag !== null && { etag }),
            ...(versionId !== null && { versionId }),
            ...(checksum !== null && { checksum }),
          },
    sha256: row.sha256?.toString('hex'),
    substitute: row.substitute === 1,
    seenAt: row.seen_at,
    decision:
      row.decided_by === null
        ? undefined
        : {
            decidedBy: row.decided_by,
            reason: row.reason,
            decidedOn: row.decided_on,
            revision: row.decided_revision,
            state: row.decided_state,
            recordedAt: row.recorded_at,
          },
  };
}
