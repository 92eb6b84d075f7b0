import { hash } from 'node:crypto';
import type { DocumentId } from '@file-migration/config';
import Database from 'better-sqlite3';

/** What documents are counted by. */
export type Part = 'extension' | 'host' | 'year' | 'type' | 'account' | 'rule';

export type Tally = {
  readonly name: string;
  /** What people call it, where its name is an id; or a document's name as an example. */
  readonly label: string | null;
  readonly documents: number;
  /** Of the documents whose size the org knows. */
  readonly bytes: number;
};

/** The source of one document. */
export type KeptSource = {
  readonly id: DocumentId;
  readonly url: string;
  readonly fileName: string;
  readonly externalId: string | undefined;
};

/** One source to be looked at, for all documents that refer to it. */
export type DistinctSource = {
  readonly row: number;
  readonly id: DocumentId;
  readonly url: string;
  readonly fileName: string;
  readonly externalId: string | null;
  readonly documents: number;
};

/** So many counts are kept in memory before they are added to the database. */
const buffered = 4_000;
const rowsPerTransaction = 1_000;

/**
 * Counts that may become as many as there are documents: in SQLite's own temporary file, which has no name and is gone
 * with this process. Exact (equal things are told by 128 bits of a hash), and of flat memory.
 */
export class TempDatabase implements Disposable {
  readonly #db: Database.Database;
  readonly #tallies = new Map<
    string,
    { part: Part; name: string; label: string | undefined; documents: number; bytes: number }
  >();
  readonly #rows: unknown[][] = [];
  readonly #insertDocument: Database.Statement;
  readonly #addTally: Database.Statement;

  constructor() {
    this.#db = new Database('');
    this.#db.exec(`
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;
      CREATE TABLE tallies (part TEXT, name TEXT, label TEXT, documents INTEGER, bytes INTEGER, PRIMARY KEY (part, name)) WITHOUT ROWID;
      CREATE TABLE documents (id TEXT, url_hash TEXT, url TEXT, file_name TEXT, external_id TEXT);
    `);
    this.#insertDocument = this.#db.prepare('INSERT INTO documents VALUES (?, ?, ?, ?, ?)');
    this.#addTally = this.#db.prepare(
      `INSERT INTO tallies VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET documents = documents + excluded.documents,
         bytes = bytes + excluded.bytes, label = coalesce(label, excluded.label)`,
    );
  }

  count(
    part: Part,
    name: string,
    { bytes = 0, label }: { bytes?: number | undefined; label?: string | undefined } = {},
  ): void {
    const key = `${part} ${name}`;
    const known = this.#tallies.get(key);
    if (known !== undefined) {
      known.documents += 1;
      known.bytes += bytes;
      known.label ??= label;
      return;
    }
    if (this.#tallies.size >= buffered) this.#flushTallies();
    this.#tallies.set(key, { part, name, label, documents: 1, bytes });
  }

  /** Keeps what is needed to check the source later. */
  keepSource({ id, url, fileName, externalId }: KeptSource): void {
    this.#rows.push([id, hashOf(url), url, fileName, externalId ?? null]);
    if (this.#rows.length >= rowsPerTransaction) this.#flushRows();
  }

  /** The most frequent first. */
  most(part: Part, limit: number): Tally[] {
    this.#flushTallies();
    return this.#db
      .prepare<[string, number], Tally>(
        `SELECT name, label, documents, bytes FROM tallies WHERE part = ? ORDER BY documents DESC, name LIMIT ?`,
      )
      .all(part, limit);
  }

  /** How many different names a part has, and documents in all of them. */
  total(part: Part): { names: number; documents: number } {
    this.#flushTallies();
    const sum = this.#db.prepare<[string], { names: number; documents: number }>(
      'SELECT count(*) AS names, coalesce(sum(documents), 0) AS documents FROM tallies WHERE part = ?',
    );
    return sum.get(part) ?? { names: 0, documents: 0 };
  }

  /** Documents under one name of a part. */
  named(part: Part, name: string): number {
    this.#flushTallies();
    const one = this.#db
      .prepare<[string, string], number>('SELECT documents FROM tallies WHERE part = ? AND name = ?')
      .pluck();
    return one.get(part, name) ?? 0;
  }

  /** Names of a part (the empty one left out) by how many documents they have; steps are lower bounds, ascending. */
  histogram(part: Part, steps: readonly number[]): { names: number; documents: number }[] {
    this.#flushTallies();
    const between = this.#db.prepare<[string, number, number], { names: number; documents: number }>(
      `SELECT count(*) AS names, coalesce(sum(documents), 0) AS documents FROM tallies
       WHERE part = ? AND name <> '' AND documents >= ? AND documents < ?`,
    );
    return steps.map(
      (from, nth) => between.get(part, from, steps[nth + 1] ?? Number.MAX_SAFE_INTEGER) ?? { names: 0, documents: 0 },
    );
  }

  /** Each different source once. */
  *sources(pageRows = 500): Generator<DistinctSource[]> {
    this.#flushRows();
    this.#db.exec(`CREATE TABLE sources AS SELECT min(rowid) AS first, count(*) AS documents FROM documents
      GROUP BY url_hash`);
    const page = this.#db.prepare<[number, number], DistinctSource>(
      `SELECT s.rowid AS row, d.id, d.url, d.file_name AS fileName, d.external_id AS externalId, s.documents
       FROM sources s JOIN documents d ON d.rowid = s.first WHERE s.rowid > ? ORDER BY s.rowid LIMIT ?`,
    );
    for (let after = 0; ;) {
      const rows = page.all(after, pageRows);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      after = last.row;
    }
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #flushRows(): void {
    if (this.#rows.length === 0) return;
    this.#db.transaction(() => {
      for (const row of this.#rows) this.#insertDocument.run(row);
    })();
    this.#rows.length = 0;
  }

  #flushTallies(): void {
    if (this.#tallies.size === 0) return;
    this.#db.transaction(() => {
      for (const { part, name, label, documents, bytes } of this.#tallies.values()) {
        this.#addTally.run(part, name, label ?? null, documents, bytes);
      }
    })();
    this.#tallies.clear();
  }
}

function hashOf(text: string): string {
  return hash('md5', text, 'base64');
}
