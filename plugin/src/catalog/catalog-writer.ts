import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { checkBinding } from './binding.ts';
import { copyTo } from './copy-to.ts';
import { openForReading, openForWriting, sentences } from './database.ts';
import { acquireLock, beginEpoch, endEpoch, readHolder } from './lock.ts';
import { refuseNetworkFileSystem } from './network-file-system.ts';
import { ourLinkParser } from './our-links.ts';
import type { Catalog, CatalogIdentity, LockHolder } from './port.ts';
import { catalogReads } from './reads.ts';
import { migrate } from './schema.ts';
import type { Synchronous } from './synchronous.ts';
import { openTables } from './tables/tables.ts';
import type { WorkerStart } from './wire.ts';
import { adoption } from './writer/adoption.ts';
import { certification } from './writer/certification.ts';
import { discovery } from './writer/discovery.ts';
import { journal } from './writer/journal.ts';
import { ownership } from './writer/ownership.ts';
import { publication } from './writer/publication.ts';
import { recovery } from './writer/recovery.ts';
import { reopening } from './writer/reopening.ts';
import { runs } from './writer/runs.ts';
import { transactions, type WriterContext } from './writer/transactions.ts';
import { verification } from './writer/verification.ts';
import { work } from './writer/work.ts';

export type CatalogWriter = {
  readonly identity: CatalogIdentity;
  /** Of this writer, until the next one begins. */
  readonly epoch: number;
  readonly methods: Synchronous<Omit<Catalog, 'copyTo'>> & Pick<Catalog, 'copyTo'>;
};

/**
 * Opens the catalog as its one writer, in the thread that calls. What a dead writer left as running becomes interrupted.
 * @throws Failure (stop) when the catalog is locked, bound elsewhere, damaged, of another version, or on a network drive
 */
export function openCatalogWriter(start: WorkerStart): CatalogWriter {
  const { file, binding, clock } = start;
  const now = (): number => clock?.[0] ?? Date.now();
  mkdirSync(dirname(file), { recursive: true });
  refuseNetworkFileSystem(dirname(file));
  const lock = sentences(file, () => acquireLock(file, () => lastHolder(file)));
  let db: Database.Database | undefined;
  try {
    const opened = openForWriting(file, start.maxBytes);
    db = opened;
    return sentences(file, () => {
      migrate(opened, file, now());
      const tables = openTables(opened);
      const bound = tables.identity.identity().binding;
      if (bound !== undefined) checkBinding(bound, binding);
      const epoch = beginEpoch(opened, { command: start.command, takeOver: start.takeOver, now: now(), file });
      const { write, durably, fence } = transactions(opened, tables, { epoch, file, now });
      write(() => {
        tables.identity.bind(binding);
        tables.identity.setUrlBase(start.s3UrlBase);
        tables.runs.interruptDead();
      });
      const { layout } = start;
      const context: WriterContext = {
        tables,
        layout,
        parseOurLink: ourLinkParser(start.links),
        epoch,
        now,
        write,
        durably,
        fence,
      };
      const close = (): void => {
        endEpoch(opened, epoch);
        opened.close();
        lock.release();
      };
      return {
        identity: tables.identity.identity(),
        epoch,
        methods: {
          ...catalogReads(opened, file, tables, now),
          ...runs(context),
          ...discovery(context),
          ...reopening(context),
          ...work(context),
          ...journal(context),
          ...verification(context),
          ...adoption(context),
          ...publication(context),
          ...certification(context),
          ...ownership(context),
          ...recovery(context),
          copyTo: (copy) => copyTo(opened, copy),
          close,
        },
      };
    });
  } catch (error) {
    db?.close();
    lock.release();
    throw error;
  }
}

/** Who wrote itself into the catalog last; the file may not be there yet, or be no catalog. */
function lastHolder(file: string): LockHolder | undefined {
  try {
    const db = openForReading(file);
    try {
      return readHolder(db);
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}
