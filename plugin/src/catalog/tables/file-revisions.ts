import type { DocumentId, EvidenceGrade, ObjectKey, CopyMethod } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { PastRevision } from '../documents.ts';
import { copyCodes, decode, encode, methodCodes } from './codes.ts';
import type { StoredDocument } from './document-row.ts';

type Row = {
  doclist_entry_id: DocumentId;
  revision: number;
  original_url: string;
  your_s3_key: ObjectKey;
  copy_code: number;
  evidence: EvidenceGrade | null;
  method_code: number | null;
  file_size_bytes: number | null;
  file_hash: string | null;
};

/** All SQL on `file_revisions`. */
export type RevisionsTable = ReturnType<typeof revisionsTable>;

export function revisionsTable(db: Database.Database) {
  const insert = db.prepare<(string | number | null)[]>(
    `INSERT INTO file_revisions (doclist_entry_id, revision, original_url, your_s3_key, copy_code, evidence, method_code,
       file_size_bytes, file_hash, source_etag, source_version, source_checksum, target_etag, target_version,
       target_checksum, backed_up_at, replaced_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const page = db.prepare<[string, number, number], Row>(
    `SELECT doclist_entry_id, revision, original_url, your_s3_key, copy_code, evidence, method_code, file_size_bytes, file_hash
     FROM file_revisions WHERE (doclist_entry_id, revision) > (?, ?) ORDER BY doclist_entry_id, revision LIMIT +?`,
  );
  const hasKey = db.prepare<[string], number>('SELECT 1 FROM file_revisions WHERE your_s3_key = ?').pluck();
  const countCopies = db
    .prepare<[], number>(
      `SELECT count(*) FROM file_revisions WHERE copy_code IN (${encode(copyCodes, 'copied')}, ${encode(copyCodes, 'verified')})`,
    )
    .pluck();
  const has = db
    .prepare<[string, number], number>('SELECT 1 FROM file_revisions WHERE doclist_entry_id = ? AND revision = ?')
    .pluck();
  return {
    has: (document: DocumentId, revision: number): boolean => has.get(document, revision) !== undefined,
    /** Keeps what is known of a revision that another one replaces. */
    insert: ({ source, target, ...document }: StoredDocument & { readonly key: ObjectKey }, now: number): void => {
      insert.run(
        document.id,
        document.revision,
        document.originalUrl,
        document.key,
        encode(copyCodes, document.copy),
        document.evidence ?? null,
        document.method === undefined ? null : encode(methodCodes, document.method),
        target?.size ?? null,
        document.sha256 ?? null,
        source?.etag ?? null,
        source?.versionId ?? null,
        source?.checksum ?? null,
        target?.etag ?? null,
        target?.versionId ?? null,
        target?.checksum ?? null,
        document.backedUpAt ?? null,
        now,
      );
    },
    page: (after: { document: string; revision: number }, limit: number): PastRevision[] =>
      page.all(after.document, after.revision, limit).map((row) => ({
        document: row.doclist_entry_id,
        revision: row.revision,
        originalUrl: row.original_url,
        key: row.your_s3_key,
        copyState: decode(copyCodes, row.copy_code),
        method: row.method_code === null ? undefined : (decode(methodCodes, row.method_code) satisfies CopyMethod),
        size: row.file_size_bytes ?? undefined,
        sha256: row.file_hash ?? undefined,
        evidence: row.evidence ?? undefined,
      })),
    hasKey: (key: string): boolean => hasKey.get(key) !== undefined,
    /** Past revisions whose object is in the target. */
    countCopies: (): number => countCopies.get() ?? 0,
  };
}
