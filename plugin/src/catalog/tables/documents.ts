import type { AccountId, DocumentId, EvidenceGrade, ObjectKey } from '@file-migration/config';
import type Database from 'better-sqlite3';
import type { ObjectFacts, Way } from '../port.ts';
import { documentState, type CopyState, type DocumentState, type LinkState, type RecordState } from '../states.ts';
import {
  copyCodes,
  decode,
  encode,
  firstRareStateCode,
  linkCodes,
  recordCodes,
  stateCodes,
  wayCodes,
} from './codes.ts';

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
  readonly skipRule: string | undefined;
  readonly cloneOf: DocumentId | undefined;
  readonly attempts: number;
  /** Undefined: not waiting to be copied; 0: at once; else the time from which on it may be tried again. */
  readonly nextAttempt: number | undefined;
  readonly lastError: string | undefined;
  readonly evidence: EvidenceGrade | undefined;
  readonly way: Way | undefined;
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

/** One line of a recount: rows that agree in everything that counters depend on. */
export type CountedGroup = {
  readonly state: DocumentState;
  readonly stored: DocumentState;
  readonly copy: CopyState;
  readonly evidence: EvidenceGrade | undefined;
  readonly skipRule: string | undefined;
  readonly waiting: boolean;
  readonly documents: number;
  readonly bytes: number;
};

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
  way_code: ({ way }) => (way === undefined ? null : encode(wayCodes, way)),
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

type Column = keyof typeof columnValues;

const allColumns = Object.keys(columnValues) as Column[];
/** What a new document has; the other columns have their defaults. Binding a value takes longer than storing it. */
const newColumns = allColumns.slice(0, allColumns.indexOf('source_changed'));
/** What copying changes: nothing of the record, its source or its key. */
const copyColumns: readonly Column[] = [
  'copy_code',
  'state_code',
  'skip_rule',
  'next_attempt',
  ...allColumns.slice(allColumns.indexOf('source_changed')).filter((column) => column !== 'adopted'),
];

/** Bytes that a new row keeps free for the facts of its copy: what hash, ETags, a checksum and a time typically take. */
const roomForFacts = 150;

type Value = string | number | Buffer | null;
type Row = {
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
  way_code: number | null;
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

/**
 * All SQL that reads or writes `documents`, prepared once. `LIMIT +?`, here and in the other tables: SQLite plans
 * by the value of a bare `LIMIT ?`, and so prepares the statement anew each time, which takes ten times as long as it.
 */
export type DocumentsTable = ReturnType<typeof documentsTable>;

export function documentsTable(db: Database.Database) {
  const selected = `SELECT d.id, d.doclist_entry_id, ${allColumns
    .filter((column) => column !== 'state_code')
    .map((column) => `d.${column}`)
    .join(', ')}, EXISTS (SELECT 1 FROM claims c WHERE c.document = d.id) AS claimed FROM documents d`;
  const prepare = (rest: string) => db.prepare<Value[], Row>(`${selected} ${rest}`);

  const byId = prepare('WHERE d.doclist_entry_id = ?');
  const byRow = prepare('WHERE d.id = ?');
  const page = prepare(
    'WHERE d.doclist_entry_id > ? AND d.state_code IN (SELECT value FROM json_each(?)) ORDER BY d.doclist_entry_id LIMIT +?',
  );
  const rarePage = prepare(
    `WHERE d.state_code = ? AND d.state_code >= ${firstRareStateCode} AND d.doclist_entry_id > ? ORDER BY d.doclist_entry_id LIMIT +?`,
  );
  const accountPage = prepare(
    // An account is small: the plus signs keep SQLite from walking the whole table in the order of ids.
    'WHERE d.account_id = ? AND +d.doclist_entry_id > ? AND d.state_code IN (SELECT value FROM json_each(?)) ORDER BY +d.doclist_entry_id LIMIT +?',
  );
  const ready = prepare(
    'WHERE d.account_id IS ? AND d.next_attempt = 0 AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.document = d.id) LIMIT +?',
  );
  const due = prepare('WHERE d.next_attempt > 0 AND d.next_attempt <= ? LIMIT +?');
  const orphanedClones = prepare(
    "INDEXED BY documents_orphaned_clone WHERE d.clone_of IS NOT NULL AND d.original_url = '' AND d.doclist_entry_id > ? ORDER BY d.doclist_entry_id LIMIT +?",
  );
  const nextDue = db
    .prepare<[], number | null>('SELECT min(next_attempt) FROM documents WHERE next_attempt > 0')
    .pluck();
  const originalUrl = db
    .prepare<[string], string>('SELECT original_url FROM documents WHERE doclist_entry_id = ?')
    .pluck();
  const ownerOfKey = db
    .prepare<[string, string], number>('SELECT 1 FROM documents WHERE doclist_entry_id = ? AND your_s3_key = ?')
    .pluck();
  const adoptedKey = db
    .prepare<[string], number>('SELECT 1 FROM documents WHERE your_s3_key = ? AND adopted = 1')
    .pluck();
  const insert = db.prepare<Value[]>(
    `INSERT INTO documents (doclist_entry_id, created_at, updated_at, room, ${newColumns.join(', ')})
     VALUES (?, ?, ?, zeroblob(${roomForFacts})${', ?'.repeat(newColumns.length)})`,
  );
  // The facts of a copy take the room that was kept for them.
  const updateOf = (columns: readonly Column[]) =>
    db.prepare<Value[]>(
      `UPDATE documents SET ${columns.map((column) => `${column} = ?`).join(', ')}, updated_at = ?,
         room = iif(? IS NULL, room, NULL) WHERE id = ?`,
    );
  const update = updateOf(allColumns);
  const updateCopy = updateOf(copyColumns);
  const groups = db.prepare<
    [],
    {
      record_code: number;
      copy_code: number;
      link_code: number;
      source_changed: number;
      state_code: number;
      evidence: EvidenceGrade | null;
      skip_rule: string | null;
      waiting: number;
      documents: number;
      bytes: number;
    }
  >(
    `SELECT record_code, copy_code, link_code, source_changed, state_code, evidence, skip_rule,
       next_attempt IS NOT NULL AS waiting, count(*) AS documents, coalesce(sum(file_size_bytes), 0) AS bytes
     FROM documents GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
  );
  const countAccounts = db.prepare<[], number>('SELECT count(DISTINCT account_id) FROM documents').pluck();

  return {
    find: (id: DocumentId): FoundDocument | undefined => found(byId.get(id)),
    findRow: (row: number): FoundDocument | undefined => found(byRow.get(row)),
    /** The URL of the file that a document had before it was switched; undefined for an unknown document. */
    originalUrlOf: (id: DocumentId): string | undefined => originalUrl.get(id),
    insert: (document: StoredDocument, now: number): number =>
      Number(insert.run(document.id, now, now, ...values(newColumns, document)).lastInsertRowid),
    update: (row: number, document: StoredDocument, now: number): void => {
      update.run(...values(allColumns, document), now, document.backedUpAt ?? null, row);
    },
    /** Writes what copying changes: less than half of the row. */
    updateCopy: (row: number, document: StoredDocument, now: number): void => {
      updateCopy.run(...values(copyColumns, document), now, document.backedUpAt ?? null, row);
    },
    page(after: string, states: readonly DocumentState[], limit: number): StoredDocument[] {
      return page.all(after, codeList(states), limit).map(stored);
    },
    rarePage(after: string, state: DocumentState, limit: number): FoundDocument[] {
      return rarePage.all(encode(stateCodes, state), after, limit).map(foundRow);
    },
    accountPage(account: AccountId, after: string, states: readonly DocumentState[], limit: number): StoredDocument[] {
      return accountPage.all(account, after, codeList(states), limit).map(stored);
    },
    /** Documents of one account (null: of none) that could be claimed now. */
    ready: (account: AccountId | null, limit: number): FoundDocument[] => ready.all(account, limit).map(foundRow),
    /** Documents whose next try has come due. */
    due: (now: number, limit: number): FoundDocument[] => due.all(now, limit).map(foundRow),
    nextDue: (): number | undefined => nextDue.get() ?? undefined,
    /** Whether a key of the target is some document's: its last folder names the only one whose it can be. */
    hasKey: (key: string): boolean =>
      ownerOfKey.get(key.split('/').at(-2) ?? '', key) !== undefined || adoptedKey.get(key) !== undefined,
    /** Clones whose original was not known when they were found, in pages by id. */
    orphanedClones: (after: string, limit: number): FoundDocument[] => orphanedClones.all(after, limit).map(foundRow),
    /** All rows, grouped; reads the whole table. */
    groups: (): CountedGroup[] =>
      groups.all().map((group) => ({
        state: documentState({
          record: decode(recordCodes, group.record_code),
          copy: decode(copyCodes, group.copy_code),
          link: decode(linkCodes, group.link_code),
          sourceChanged: group.source_changed === 1,
        }),
        stored: decode(stateCodes, group.state_code),
        copy: decode(copyCodes, group.copy_code),
        evidence: group.evidence ?? undefined,
        skipRule: group.skip_rule ?? undefined,
        waiting: group.waiting === 1,
        documents: group.documents,
        bytes: group.bytes,
      })),
    countAccounts: (): number => countAccounts.get() ?? 0,
  };
}

/** States that an index of their own lists; the others are most of the table. */
export function isRare(state: DocumentState): boolean {
  return encode(stateCodes, state) >= firstRareStateCode;
}

function codeList(states: readonly DocumentState[]): string {
  return JSON.stringify(states.map((state) => encode(stateCodes, state)));
}

function found(row: Row | undefined): FoundDocument | undefined {
  return row === undefined ? undefined : foundRow(row);
}

function foundRow(row: Row): FoundDocument {
  return { row: row.id, claimed: row.claimed === 1, document: stored(row) };
}

function stored(row: Row): StoredDocument {
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
    skipRule: row.skip_rule ?? undefined,
    cloneOf: row.clone_of ?? undefined,
    attempts: row.attempts,
    nextAttempt: row.next_attempt ?? undefined,
    lastError: row.last_error ?? undefined,
    evidence: row.evidence ?? undefined,
    way: row.way_code === null ? undefined : decode(wayCodes, row.way_code),
    substitute: row.substitute === 1,
    source: facts(
      row.source_size ?? row.file_size_bytes,
      row.source_etag,
      row.source_version,
      row.source_checksum,
      row.source_last_modified_at,
    ),
    target: facts(
      row.file_size_bytes,
      row.target_etag,
      row.target_version,
      row.target_checksum,
      row.target_last_modified_at,
    ),
    sha256: row.sha256?.toString('hex'),
    adopted: row.adopted === 1,
    backedUpAt: row.backed_up_at ?? undefined,
    lastModifiedAt: row.last_modified_at,
    systemModstamp: row.system_modstamp,
  };
}

function facts(
  size: number | null,
  etag: string | null,
  versionId: string | null,
  checksum: string | null,
  lastModifiedAt: number | null,
): ObjectFacts | undefined {
  if (size === null) return undefined;
  return {
    size,
    ...(etag !== null && { etag }),
    ...(versionId !== null && { versionId }),
    ...(checksum !== null && { checksum }),
    ...(lastModifiedAt !== null && { lastModifiedAt }),
  };
}

function values(columns: readonly Column[], document: StoredDocument): Value[] {
  return columns.map((column) => columnValues[column](document));
}
