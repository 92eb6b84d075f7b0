import Database from 'better-sqlite3';
import type { CopyOutcome } from '../../../plugin/src/model/copy-outcome.ts';
import type { OrgDocument } from '../../../plugin/src/model/document.ts';

/**
 * The peer: the predecessor's plain schema as one would write it in an afternoon, with the same SQLite library, the same
 * write-ahead log and the same 500 rows a transaction, but on the main thread: texts for states and times, indexes on what
 * is asked for, counts by counting. It keeps less (no evidence, no revisions, no counters, no lock, no fence).
 */
export class NaivePeer {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement<(string | number | null)[]>;
  readonly #claim: Database.Statement<[number], { id: number; doclist_entry_id: string }>;
  readonly #mark: Database.Statement<[number]>;
  readonly #settle: Database.Statement<(string | number | null)[]>;
  readonly #count: Database.Statement<[]>;

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.pragma('journal_mode = WAL');
    this.#db.exec(`
      CREATE TABLE file_migrations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, doclist_entry_id TEXT UNIQUE NOT NULL, account_id TEXT, account_name TEXT,
        original_url TEXT, your_s3_key TEXT, your_s3_url TEXT, file_name TEXT, file_size_bytes INTEGER, file_hash TEXT,
        source_etag TEXT, target_etag TEXT, target_checksum TEXT, external_id TEXT, state TEXT, backup_timestamp TEXT,
        last_modified_sf TEXT, migration_phase INTEGER DEFAULT 1, salesforce_updated INTEGER DEFAULT 0,
        created_date TEXT, updated_date TEXT);
      CREATE INDEX by_account ON file_migrations (account_id);
      CREATE INDEX by_state ON file_migrations (state);
      CREATE UNIQUE INDEX by_key ON file_migrations (your_s3_key);`);
    this.#insert = this.#db.prepare(
      `INSERT INTO file_migrations (doclist_entry_id, account_id, account_name, original_url, your_s3_key, your_s3_url,
         file_name, external_id, state, last_modified_sf, created_date, updated_date)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (doclist_entry_id) DO UPDATE SET file_name = excluded.file_name, updated_date = excluded.updated_date`,
    );
    this.#claim = this.#db.prepare(
      "SELECT id, doclist_entry_id FROM file_migrations WHERE state = 'discovered' LIMIT ?",
    );
    this.#mark = this.#db.prepare("UPDATE file_migrations SET state = 'claimed' WHERE id = ?");
    this.#settle = this.#db.prepare(
      `UPDATE file_migrations SET state = ?, file_size_bytes = ?, file_hash = ?, source_etag = ?, target_etag = ?,
         target_checksum = ?, backup_timestamp = ?, updated_date = ? WHERE id = ?`,
    );
    this.#count = this.#db.prepare('SELECT state, count(*), sum(file_size_bytes) FROM file_migrations GROUP BY state');
  }

  discover(documents: readonly OrgDocument[]): void {
    const now = new Date().toISOString();
    this.#db.transaction(() => {
      for (const { id, accountId, accountName, url, name, externalId, lastModifiedAt } of documents) {
        const key = `uploads/${accountId ?? 'no-account'}/${accountName ?? ''}/${id}/${name}`;
        this.#insert.run(
          id,
          accountId ?? null,
          accountName ?? null,
          url,
          key,
          `https://customer-files.s3.us-west-2.amazonaws.com/${key}`,
          name,
          externalId ?? null,
          'discovered',
          new Date(lastModifiedAt).toISOString(),
          now,
          now,
        );
      }
    })();
  }

  /** Claims and settles `n` documents, in two transactions; @returns how many there were. */
  work(n: number, outcomeOf: (id: string, index: number) => CopyOutcome): number {
    const claimed = this.#claim.all(n);
    this.#db.transaction(() => claimed.forEach(({ id }) => this.#mark.run(id)))();
    this.#db.transaction(() => {
      for (const [index, { id, doclist_entry_id }] of claimed.entries()) {
        const outcome = outcomeOf(doclist_entry_id, index);
        const copied = outcome.kind === 'copied' ? outcome : undefined;
        const now = new Date().toISOString();
        this.#settle.run(
          copied === undefined ? 'failed' : 'verified',
          copied?.target.size ?? null,
          copied?.sha256 ?? null,
          copied?.source.etag ?? null,
          copied?.target.etag ?? null,
          copied?.target.checksum ?? null,
          now,
          now,
          id,
        );
      }
    })();
    return claimed.length;
  }

  count(): void {
    this.#count.all();
  }

  close(): void {
    this.#db.close();
  }
}
