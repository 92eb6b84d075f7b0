import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { Failure } from '../model/failure.ts';
import { schemaV1 } from './schema-v1.ts';
import { schemaV2 } from './schema-v2.ts';
import { schemaV3 } from './schema-v3.ts';
import { schemaV4 } from './schema-v4.ts';
import { schemaV5 } from './schema-v5.ts';
import { schemaV6 } from './schema-v6.ts';
import { schemaV7 } from './schema-v7.ts';
import { schemaV8 } from './schema-v8.ts';
import { schemaV9 } from './schema-v9.ts';
import { schemaV10 } from './schema-v10.ts';
import { masked } from '../model/masked.ts';

/** Marks a SQLite file as ours (`PRAGMA application_id`); the letters "FMig". */
const applicationId = 0x46_4d_69_67;

/** What leads from each version to the next; a version that was once released never changes. */
const migrations: readonly string[] = [
  schemaV1,
  schemaV2,
  schemaV3,
  schemaV4,
  schemaV5,
  schemaV6,
  schemaV7,
  schemaV8,
  schemaV9,
  schemaV10,
];

export const schemaVersion = migrations.length;

/**
 * Brings a file that the caller may write to the present schema.
 * @throws Failure (stop) when the file belongs to something else or to a newer version of this product
 */
export function migrate(db: Database.Database, file: string, now: number): void {
  const version = versionOf(db, file);
  if (version === schemaVersion) return;
  db.function('masked', { deterministic: true }, (text: string | null) => (text === null ? null : masked(text)));
  db.transaction(() => {
    for (const step of migrations.slice(version)) db.exec(step);
    if (version === 0) {
      db.prepare('INSERT INTO catalog (one, uuid, created_at) VALUES (1, ?, ?)').run(randomUUID(), now);
      db.pragma(`application_id = ${applicationId}`);
    }
    db.pragma(`user_version = ${schemaVersion}`);
  }).immediate();
}

/** @throws Failure (stop) when a file that is only read has another schema than this version of the product reads */
export function requirePresentSchema(db: Database.Database, file: string): void {
  const version = versionOf(db, file);
  if (version === schemaVersion) return;
  if (version === 0) {
    throw new Failure(`The catalog ${file} is empty: it is just being made, or its first command was killed.`, {
      code: 'catalog-empty',
      actions: ['sf migrate files backup'],
    });
  }
  throw new Failure(`The catalog ${file} has an older schema (${version}; this version reads ${schemaVersion}).`, {
    code: 'catalog-older',
    actions: ['The next command that writes brings it up to date: sf migrate files backup'],
  });
}

/** 0 for an empty file. */
function versionOf(db: Database.Database, file: string): number {
  const version = db.pragma('user_version', { simple: true }) as number;
  const owner = db.pragma('application_id', { simple: true }) as number;
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  if (owner !== applicationId && tables.length > 0) throw notOurs(file, tables.includes('file_migrations'));
  if (version > schemaVersion) {
    throw new Failure(
      `The catalog ${file} was written by a newer version of this plugin (schema ${version}; this one knows ${schemaVersion}).`,
      { code: 'catalog-newer', actions: ['sf plugins update'] },
    );
  }
  return version;
}

function notOurs(file: string, predecessor: boolean): Failure {
  return predecessor
    ? new Failure(`${file} is a tracking database of the Python scripts; a new catalog is made from it, not in it.`, {
        code: 'catalog-of-predecessor',
        actions: [`sf migrate files import --database ${file}`, 'Name another file for the catalog in migration.json'],
      })
    : new Failure(`${file} is an SQLite database of something else; nothing was changed in it.`, {
        code: 'catalog-foreign',
        actions: ['Name another file for the catalog in migration.json'],
      });
}

/** Whether a file is marked as a catalog of ours, of whatever version. */
export function isCatalogFile(db: Database.Database): boolean {
  return db.pragma('application_id', { simple: true }) === applicationId;
}
