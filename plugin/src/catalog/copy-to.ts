import Database from 'better-sqlite3';

/** Pages (of 4 KiB) that are copied between two calls of others: some milliseconds. */
const pagesAtOnce = 1_000;

/**
 * Copies a database by SQLite's backup API (https://sqlite.org/backup.html): what its own connection writes meanwhile
 * goes into the copy too, so that it never begins anew. The copy has no owner.
 */
export async function copyTo(db: Database.Database, file: string): Promise<void> {
  await db.backup(file, { progress: () => pagesAtOnce });
  const copy = new Database(file);
  try {
    // one file, with nothing beside it
    copy.pragma('journal_mode = DELETE');
    copy.exec('UPDATE ownership SET token = NULL, next_token = NULL');
    copy.exec('UPDATE catalog_lock SET host = NULL, pid = NULL, command = NULL, since = NULL');
  } finally {
    copy.close();
  }
}
