import type { AccountId, DocumentId, EvidenceGrade, ObjectKey, CopyMethod } from '@file-migration/config/contract';
import type { ObjectFacts } from '../../model/object-facts.ts';
import { type CopyState, documentState, type LinkState, type RecordState } from '../../model/document-state.ts';
import { copyCodes, decode, encode, linkCodes, recordCodes, stateCodes, methodCodes } from './codes.ts';
import { storedFailureCode, type FailureCode, type SkipRule } from '../../model/failure-codes.ts';

/** A document as the catalog keeps it, its words decoded. */
export type StoredDocument = {
  readonly id: DocumentId;
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  readonly name: string;
  readonly externalId: string | undefined;
  /** Empty when there is none; never our link. */
  readonly originalUrl: string;
  /** What the record holds, where that differs from the original URL. */
  readonly divergingUrl: string | undefined;
  readonly revision: number;
  readonly key: ObjectKey | undefined;
  readonly record: RecordState;
  readonly copy: CopyState;
  readonly link: LinkState;
  readonly sourceChanged: boolean;
  readonly skipRule: SkipRule | undefined;
  readonly cloneOf: DocumentId | undefined;
  readonly attempts: number;
  /** Undefined: not waiting to be copied; 0: at once; else the time from which on it may be tried again. */
  readonly nextAttempt: number | undefined;
  readonly lastError: FailureCode | undefined;
  readonly evidence: EvidenceGrade | undefined;
  readonly method: CopyMethod | undefined;
  readonly substitute: boolean;
  readonly source: ObjectFacts | undefined;
  readonly target: ObjectFacts | undefined;
  readonly sha256: string | undefined;
  readonly adopted: boolean;
  readonly backedUpAt: number | undefined;
  readonly lastModifiedAt: number;
  readonly systemModstamp: number;
};

/** A stored document with its place in the table and whether somebody works on it. */
export type FoundDocument = { readonly row: number; readonly claimed: boolean; readonly document: StoredDocument };

/** Whether somebody could claim the document now. */
export function isReady({ claimed, document }: Pick<FoundDocument, 'claimed' | 'document'>): boolean {
  return document.nextAttempt === 0 && !claimed;
}

/** What each column holds of a document. */
const columnValues = {
  account_id: ({ accountId }) => accountId ?? null,
  account_name: ({ accountName }) => accountName ?? null,
  file_name: ({ name }) => name,
  external_id: ({ externalId }) => externalId ?? null,
  original_url: ({ originalUrl }) => originalUrl,
  diverging_url: ({ divergingUrl }) => divergingUrl ?? null,
  revision: ({ revision }) => revision,
  your_s3_key: ({ key }) => key ?? null,
  record_code: ({ record }) => encode(recordCodes, record),
  copy_code: ({ copy }) => encode(copyCodes, copy),
  link_code: ({ link }) => encode(linkCodes, link),
  state_code: (document) => encode(stateCodes, documentState(document)),
  skip_rule: ({ skipRule }) => skipRule ?? null,
  clone_of: ({ cloneOf }) => cloneOf ?? null,
  next_attempt: ({ nextAttempt }) => nextAttempt ?? null,
  last_modified_at: ({ lastModifiedAt }) => lastModifiedAt,
  system_modstamp: ({ systemModstamp }) => systemModstamp,
  source_changed: ({ sourceChanged }) => (sourceChanged ? 1 : 0),
  attempts: ({ attempts }) => attempts,
  last_error: ({ lastError }) => lastError ?? null,
  evidence: ({ evidence }) => evidence ?? null,
  method_code: ({ method }) => (method === undefined ? null : encode(methodCodes, method)),
  substitute: ({ substitute }) => (substitute ? 1 : 0),
  file_size_bytes: ({ target }) => target?.size ?? null,
  source_size: ({ source, target }) => (source === undefined || source.size === target?.size ? null : source.size),
  sha256: ({ sha256 }) => (sha256 === undefined ? null : Buffer.from(sha256, 'hex')),
  source_etag: ({ source }) => source?.etag ?? null,
  source_version: ({ source }) => source?.versionId ?? null,
  source_checksum: ({ source }) => source?.checksum ?? null,
  source_last_modified_at: ({ source }) => source?.lastModifiedAt ?? null,
  target_etag: ({ target }) => target?.etag ?? null,
  target_version: ({ target }) => target?.versionId ?? null,
  target_checksum: ({ target }) => target?.checksum ?? null,
  target_last_modified_at: ({ target }) => target?.lastModifiedAt ?? null,
  adopted: ({ adopted }) => (adopted ? 1 : 0),
  backed_up_at: ({ backedUpAt }) => backedUpAt ?? null,
} as const satisfies Record<string, (document: StoredDocument) => Value>;

export type Column = keyof typeof columnValues;

export const allColumns = Object.keys(columnValues) as Column[];
/** What a new document has; the other columns have their defaults. Binding a value takes longer than storing it. */
export const newColumns = allColumns.slice(0, allColumns.indexOf('source_changed'));
/** What copying changes: nothing of the record, its source or its key. */
export const copyColumns: readonly Column[] = [
  'copy_code',
  'state_code',
  'skip_rule',
  'next_attempt',
  ...allColumns.slice(allColumns.indexOf('source_changed')).filter((column) => column !== 'adopted'),
];

export type Value = string | number | Buffer | null;
/** A row as SQLite gives it. */
export type Row = {
  id: number;
  claimed: number;
  doclist_entry_id: DocumentId;
  account_id: AccountId | null;
  account_name: string | null;
  file_name: string;
  external_id: string | null;
  original_url: string;
  diverging_url: string | null;
  revision: number;
  your_s3_key: ObjectKey | null;
  record_code: number;
  copy_code: number;
  link_code: number;
  source_changed: number;
  skip_rule: string | null;
  clone_of: DocumentId | null;
  attempts: number;
  next_attempt: number | null;
  last_error: string | null;
  evidence: EvidenceGrade | null;
  method_code: number | null;
  substitute: number;
  file_size_bytes: number | null;
  source_size: number | null;
  sha256: Buffer | null;
  source_etag: string | null;
  source_version: string | null;
  source_checksum: string | null;
  source_last_modified_at: number | null;
  target_etag: string | null;
  target_version: string | null;
  target_checksum: string | null;
  target_last_modified_at: number | null;
  adopted: number;
  backed_up_at: number | null;
  last_modified_at: number;
  system_modstamp: number;
};

/** What a row says of an object. */
type StoredFacts = {
  readonly size: number | null;
  readonly etag: string | null;
  readonly versionId: string | null;
  readonly checksum: string | null;
  readonly lastModifiedAt: number | null;
};

export function found(row: Row | undefined): FoundDocument | undefined {
  return row === undefined ? undefined : foundRow(row);
}

export function foundRow(row: Row): FoundDocument {
  return { row: row.id, claimed: row.claimed === 1, document: stored(row) };
}

export function stored(row: Row): StoredDocument {
  return {
    id: row.doclist_entry_id,
    accountId: row.account_id ?? undefined,
    accountName: row.account_name ?? undefined,
    name: row.file_name,
    externalId: row.external_id ?? undefined,
    originalUrl: row.original_url,
    divergingUrl: row.diverging_url ?? undefined,
    revision: row.revision,
    key: row.your_s3_key ?? undefined,
    record: decode(recordCodes, row.record_code),
    copy: decode(copyCodes, row.copy_code),
    link: decode(linkCodes, row.link_code),
    sourceChanged: row.source_changed === 1,
    skipRule: row.skip_rule === null ? undefined : storedFailureCode(row.skip_rule),
    cloneOf: row.clone_of ?? undefined,
    attempts: row.attempts,
    nextAttempt: row.next_attempt ?? undefined,
    lastError: row.last_error === null ? undefined : storedFailureCode(row.last_error),
    evidence: row.evidence ?? undefined,
    method: row.method_code === null ? undefined : decode(methodCodes, row.method_code),
    substitute: row.substitute === 1,
    source: facts({
      size: row.source_size ?? row.file_size_bytes,
      etag: row.source_etag,
      versionId: row.source_version,
      checksum: row.source_checksum,
      lastModifiedAt: row.source_last_modified_at,
    }),
    target: facts({
      size: row.file_size_bytes,
      etag: row.target_etag,
      versionId: row.target_version,
      checksum: row.target_checksum,
      lastModifiedAt: row.target_last_modified_at,
    }),
    sha256: row.sha256?.toString('hex'),
    adopted: row.adopted === 1,
    backedUpAt: row.backed_up_at ?? undefined,
    lastModifiedAt: row.last_modified_at,
    systemModstamp: row.system_modstamp,
  };
}

function facts({ size, etag, versionId, checksum, lastModifiedAt }: StoredFacts): ObjectFacts | undefined {
  if (size === null) return undefined;
  return {
    size,
    ...(etag !== null && { etag }),
    ...(versionId !== null && { versionId }),
    ...(checksum !== null && { checksum }),
    ...(lastModifiedAt !== null && { lastModifiedAt }),
  };
}

/** What a document's columns hold, in the order asked for. */
export function values(columns: readonly Column[], document: StoredDocument): Value[] {
  return columns.map((column) => columnValues[column](document));
}
