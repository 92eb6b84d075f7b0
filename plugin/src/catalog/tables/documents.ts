import type { AccountId, DocumentId, EvidenceGrade } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import { type CopyState, documentState, type DocumentState } from '../../model/document-state.ts';
import { copyCodes, decode, encode, firstRareStateCode, linkCodes, recordCodes, stateCodes } from './codes.ts';
import {
  allColumns,
  copyColumns,
  found,
  foundRow,
  newColumns,
  stored,
  values,
  type Column,
  type FoundDocument,
  type Row,
  type StoredDocument,
  type Value,
} from './document-row.ts';
import { notInLine, rowsOfAccount } from './work-queue.ts';
import { storedFailureCode, type SkipRule } from '../../model/failure-codes.ts';

/** One line of a recount: rows that agree in everything that counters depend on. */
export type CountedGroup = {
  readonly state: DocumentState;
  readonly stored: DocumentState;
  readonly copy: CopyState;
  readonly evidence: EvidenceGrade | undefined;
  readonly skipRule: SkipRule | undefined;
  readonly waiting: boolean;
  readonly documents: number;
  readonly bytes: number;
};

/** Bytes that a new row keeps free for the facts of its copy: what hash, ETags, a checksum and a time typically take. */
const roomForFacts = 150;

/**
 * All SQL that reads or writes `documents`, prepared once. `LIMIT +?`, here and in the other tables: SQLite plans
 * by the value of a bare `LIMIT ?`, and so prepares the statement anew each time, which takes ten times as long as it.
 */
export type DocumentsTable = ReturnType<typeof documentsTable>;

/**
 * SQL for: source and target were not seen equal since a moment, neither when the file was copied nor when it was
 * verified. Binds the moment twice.
 */
export function notSeen(documents: string): string {
  return `coalesce(${documents}.backed_up_at, 0) < ? AND NOT EXISTS (SELECT 1 FROM verifications v
    WHERE v.doclist_entry_id = ${documents}.doclist_entry_id AND v.revision = ${documents}.revision
      AND v.result = 'equal' AND v.verified_at >= ?)`;
}

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
  const accountPage = db.prepare<[string, string, number, { account: string }], Row>(
    // An account is small: the plus signs keep SQLite from walking the whole table in the order of ids.
    `${selected} WHERE d.id IN ${rowsOfAccount} AND +d.doclist_entry_id > ? AND d.state_code IN (SELECT value FROM json_each(?))
     ORDER BY +d.doclist_entry_id LIMIT +?`,
  );
  const notSeenSince = prepare(
    `WHERE d.account_id IS ? AND ${notInLine} AND d.next_attempt IS NULL AND d.state_code = ${encode(stateCodes, 'verified')} AND d.id > ? AND ${notSeen('d')}
     ORDER BY d.id LIMIT +?`,
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
  const withCopy = `d.record_code = ${encode(recordCodes, 'present')} AND (d.link_code = ${encode(linkCodes, 'ours')}
    OR d.copy_code IN (${encode(copyCodes, 'copied')}, ${encode(copyCodes, 'verified')}))`;
  const copiesAfter = db
    .prepare<[string], number>(`SELECT count(*) FROM documents d WHERE d.doclist_entry_id > ? AND ${withCopy}`)
    .pluck();
  const copiesOfAccount = db
    .prepare<[string, string], number>(
      `SELECT count(*) FROM documents d WHERE d.account_id = ? AND ${notInLine} AND +d.doclist_entry_id > ? AND ${withCopy}`,
    )
    .pluck();
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
      return accountPage.all(after, codeList(states), limit, { account }).map(stored);
    },
    /** Verified documents of one account (null: of none) whose copy was not seen equal to its source since, by row. */
    notSeenSince: (account: AccountId | null, since: number, after: number, limit: number): FoundDocument[] =>
      notSeenSince.all(account, after, since, since, limit).map(foundRow),
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
        skipRule: group.skip_rule === null ? undefined : storedFailureCode(group.skip_rule),
        waiting: group.waiting === 1,
        documents: group.documents,
        bytes: group.bytes,
      })),
    /** Present documents with a copy, by id behind `after`. */
    copiesAfter: (after: string, account: AccountId | undefined): number =>
      (account === undefined ? copiesAfter.get(after) : copiesOfAccount.get(account, after)) ?? 0,
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
