import { join } from 'node:path';
import Database from 'better-sqlite3';
import { idOf } from '../objects/record-id.ts';
import type { ObjectMeta, Schema } from '../objects/schema.ts';
import type { FieldDescription } from '../objects/description.ts';
import { toColumn, type RecordInput, type Row, type SqlValue } from './field-values.ts';
import { createTable, quoted } from './tables.ts';

export type Author = { readonly id: string };
/** Rows written between two looks at the event loop. */
const ROWS_PER_TURN = 5_000;

/**
 * The records, in one SQLite file. What it is told it stores: permissions, validation and automation are the business
 * of access/ and rules/.
 */
export class Store {
  readonly schema: Schema;
  readonly db: Database.Database;
  readonly #file: string;
  readonly #clock: () => number;
  readonly #next = new Map<string, number>();
  readonly #statements = new Map<string, Database.Statement<SqlValue[], Row>>();
  readonly #inserts = new Map<string, Database.Statement<SqlValue[]>>();

  /** `folder` must exist; the file in it is made when it is not there. */
  constructor(folder: string, schema: Schema, clock: () => number) {
    this.schema = schema;
    this.#clock = clock;
    this.#file = join(folder, 'org.sqlite');
    this.db = new Database(this.#file);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = OFF');
    this.db.pragma('cache_size = -65536');
    this.db.exec(
      'CREATE TABLE IF NOT EXISTS "_share" ("recordId" TEXT, "userId" TEXT, PRIMARY KEY ("recordId", "userId")) WITHOUT ROWID',
    );
    this.db.exec('CREATE TABLE IF NOT EXISTS "_fact" ("name" TEXT PRIMARY KEY, "value" TEXT)');
    for (const meta of schema.all()) createTable(this.db, meta);
  }

  add(meta: ObjectMeta): void {
    createTable(this.db, meta);
  }

  /** A second connection that sees the records as they are now, for as long as it is open. */
  snapshot(): Database.Database {
    const reader = new Database(this.#file, { readonly: true });
    reader.pragma('cache_size = -8192');
    reader.exec('BEGIN');
    // the snapshot begins with the first read, not with BEGIN
    reader.prepare('SELECT count(*) FROM "_fact"').get();
    return reader;
  }

  /** A prepared statement, kept: the same few texts come again and again. */
  statement(sql: string): Database.Statement<SqlValue[], Row> {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= 500) this.#statements.clear();
    const statement = this.db.prepare<SqlValue[], Row>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Rows as arrays, in the order of the SELECT. */
  rows(sql: string, params: readonly SqlValue[]): SqlValue[][] {
    return this.statement(sql)
      .raw()
      .all(...params) as unknown as SqlValue[][];
  }

  transaction<Result>(work: () => Result): Result {
    return this.db.transaction(work)();
  }

  /** Stores a record; what it does not say (id, dates, authors, owner) is filled in. Returns the id. */
  insert(meta: ObjectMeta, record: RecordInput, author: Author): string {
    const row = this.#complete(meta, record, author);
    let insert = this.#inserts.get(meta.name);
    if (!insert) this.#inserts.set(meta.name, (insert = this.db.prepare<SqlValue[]>(insertSql(meta))));
    insert.run(...meta.fields.map((field) => row[field.name] ?? null));
    return String(row.Id);
  }

  /** Stores many records, in transactions, leaving the event loop air. Returns how many. */
  async insertAll(
    meta: ObjectMeta,
    records: Iterable<RecordInput> | AsyncIterable<RecordInput>,
    author: Author,
  ): Promise<number> {
    let batch: RecordInput[] = [];
    let count = 0;
    const flush = async (): Promise<void> => {
      this.transaction(() => batch.forEach((record) => this.insert(meta, record, author)));
      count += batch.length;
      batch = [];
      await new Promise((resolve) => setImmediate(resolve));
    };
    for await (const record of records) {
      if (batch.push(record) >= ROWS_PER_TURN) await flush();
    }
    await flush();
    return count;
  }

  /** The record, deleted or not. */
  get(meta: ObjectMeta, id: string): Row | undefined {
    return this.statement(`SELECT * FROM ${quoted(meta.name)} WHERE "Id" = ?`).get(id);
  }

  findBy(meta: ObjectMeta, field: FieldDescription, value: SqlValue): Row[] {
    return this.statement(
      `SELECT * FROM ${quoted(meta.name)} WHERE ${quoted(field.name)} = ? AND "IsDeleted" = 0 LIMIT 3`,
    ).all(value);
  }

  /** Writes columns of one record and stamps it. Returns whether it was there. */
  update(meta: ObjectMeta, id: string, changes: Row, author: Author): boolean {
    const now = this.#clock();
    const stamped: Row = { LastModifiedDate: now, SystemModstamp: now, LastModifiedById: author.id, ...changes };
    const names = Object.keys(stamped);
    const sets = names.map((name) => `${quoted(name)} = ?`).join(', ');
    return (
      this.statement(`UPDATE ${quoted(meta.name)} SET ${sets} WHERE "Id" = ?`).run(
        ...names.map((name) => stamped[name] ?? null),
        id,
      ).changes === 1
    );
  }

  /** Into the recycle bin, where `queryAll` still sees it, or out of it. */
  setDeleted(meta: ObjectMeta, id: string, deleted: boolean, author: Author): boolean {
    const was = this.get(meta, id)?.IsDeleted === 1;
    return was !== deleted && this.update(meta, id, { IsDeleted: deleted ? 1 : 0 }, author);
  }

  /** Gone for good. */
  erase(meta: ObjectMeta, id: string): boolean {
    return this.statement(`DELETE FROM ${quoted(meta.name)} WHERE "Id" = ?`).run(id).changes === 1;
  }

  /** Every record in the order of its making, read in small pages so that writing goes on meanwhile. */
  *iterate(meta: ObjectMeta, includeDeleted: boolean): Generator<Row> {
    const page = `SELECT rowid AS "_row", * FROM ${quoted(meta.name)} WHERE rowid > ? ${
      includeDeleted ? '' : 'AND "IsDeleted" = 0'
    } ORDER BY rowid LIMIT 1000`;
    for (let after = 0; ;) {
      const rows = this.statement(page).all(after);
      for (const { _row, ...row } of rows) {
        yield row;
        after = Number(_row);
      }
      if (rows.length === 0) return;
    }
  }

  count(meta: ObjectMeta): number {
    const row = this.statement(`SELECT count(*) AS "n" FROM ${quoted(meta.name)} WHERE "IsDeleted" = 0`).get();
    return Number(row?.n);
  }

  share(recordId: string, userId: string): void {
    this.statement('INSERT OR IGNORE INTO "_share" VALUES (?, ?)').run(recordId, userId);
  }

  unshare(recordId: string, userId: string): void {
    this.statement('DELETE FROM "_share" WHERE "recordId" = ? AND "userId" = ?').run(recordId, userId);
  }

  isShared(recordId: string, userId: string): boolean {
    return (
      this.statement('SELECT 1 FROM "_share" WHERE "recordId" = ? AND "userId" = ?').get(recordId, userId) !== undefined
    );
  }

  /** Something the org remembers about itself. */
  fact(name: string): string | undefined {
    const row = this.statement('SELECT "value" FROM "_fact" WHERE "name" = ?').get(name);
    return row && String(row.value);
  }

  setFact(name: string, value: string): void {
    this.statement('INSERT OR REPLACE INTO "_fact" VALUES (?, ?)').run(name, value);
  }

  close(): void {
    this.#statements.clear();
    this.db.close();
  }

  #complete(meta: ObjectMeta, record: RecordInput, author: Author): Row {
    const row: Row = {};
    for (const field of meta.fields) {
      const value = record[field.name];
      row[field.name] = value === undefined ? toColumn(field, field.defaultValue) : toColumn(field, value);
    }
    const created = Number(row.CreatedDate ?? this.#clock());
    const modified = Number(row.LastModifiedDate ?? created);
    row.Id ??= this.#nextId(meta);
    row.CreatedDate ??= created;
    row.LastModifiedDate ??= modified;
    row.SystemModstamp ??= modified;
    row.CreatedById ??= author.id;
    row.LastModifiedById ??= author.id;
    if ('OwnerId' in row) row.OwnerId ??= author.id;
    return row;
  }

  #nextId(meta: ObjectMeta): string {
    let sequence = this.#next.get(meta.name) ?? this.#highestRow(meta);
    let id: string;
    do id = idOf(meta.keyPrefix, ++sequence);
    while (this.statement(`SELECT 1 FROM ${quoted(meta.name)} WHERE "Id" = ?`).get(id) !== undefined);
    this.#next.set(meta.name, sequence);
    return id;
  }

  #highestRow(meta: ObjectMeta): number {
    const row = this.statement(`SELECT max(rowid) AS "n" FROM ${quoted(meta.name)}`).get();
    return Number(row?.n ?? 0);
  }
}

function insertSql(meta: ObjectMeta): string {
  const names = meta.fields.map((field) => quoted(field.name)).join(', ');
  return `INSERT INTO ${quoted(meta.name)} (${names}) VALUES (${meta.fields.map(() => '?').join(', ')})`;
}
