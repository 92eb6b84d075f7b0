import Database from 'better-sqlite3';
import { checkBinding } from './binding.ts';
import type { CatalogBinding } from './port.ts';
import { isCatalogFile } from './schema.ts';
import { identityTable } from './tables/catalog-identity.ts';

/**
 * Looks through a file that came from elsewhere before it becomes the catalog: every page and index of it, whose it is and
 * what it is bound to. SQL that stands in it is not trusted.
 * @throws what `refused` makes of the reason
 */
export function checkCopy(
  file: string,
  { uuid, binding }: { readonly uuid: string; readonly binding: CatalogBinding },
  refused: (why: string) => Error,
): void {
  const db = new Database(file, { readonly: true });
  try {
    db.pragma('trusted_schema = OFF');
    if (!isCatalogFile(db)) throw refused('it holds no catalog');
    const findings = db.pragma('integrity_check(1)', { simple: true });
    if (findings !== 'ok') throw refused(`SQLite finds it damaged: ${String(findings).slice(0, 200)}`);
    const triggers = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
    if (triggers.length > 0) throw refused('it holds triggers, which no catalog of ours has');
    const identity = identityTable(db).identity();
    if (identity.uuid !== uuid || identity.binding === undefined)
      throw refused('it is another catalog than its name says');
    checkBinding(identity.binding, binding);
  } catch (error) {
    throw error instanceof Database.SqliteError ? refused(`SQLite cannot read it (${error.code})`) : error;
  } finally {
    db.close();
  }
}
