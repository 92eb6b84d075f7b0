import type { KeyLayout } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import { lockLost } from '../lock.ts';
import type { ParseOurLink } from '../our-links.ts';
import type { AccountKey } from '../tables/account-key.ts';
import type { CountsTable } from '../tables/counts.ts';
import type { FoundDocument, StoredDocument } from '../tables/document-row.ts';
import type { Tables } from '../tables/tables.ts';

/** Rows that one transaction changes at most. */
export const rowsPerTransaction = 500;

/** What the writing operations share. */
export type WriterContext = {
  readonly tables: Tables;
  readonly layout: KeyLayout;
  readonly parseOurLink: ParseOurLink;
  readonly epoch: number;
  readonly now: () => number;
  /** One transaction, counters included, which begins by proving that this process still owns the catalog. */
  readonly write: Write;
  /** The same, on the disk when it returns. */
  readonly durably: Write;
  /** @throws Failure `lock-lost` (stop) when another process has taken over */
  readonly fence: () => void;
};

export type Write = <T>(work: (change: Change) => T) => T;

/** Writes documents and their counters together. */
export type Change = {
  /** @returns the row */
  insert(document: StoredDocument): number;
  /** `claimed` says whether somebody works on the document afterwards; without it, that stays as it was. */
  update(before: FoundDocument, document: StoredDocument, claimed?: boolean): void;
  /** As `update`, where nothing but the copy has changed. */
  updateCopy(before: FoundDocument, document: StoredDocument, claimed?: boolean): void;
  /** Only who works on a document changes, and with it what can be claimed. */
  setClaimed(before: FoundDocument, claimed: boolean): void;
  /**
   * Takes the first entry out of an account's queue; the document that it is for may not wait there any more.
   * @returns the document's row; undefined: the queue is empty
   */
  firstInLine(account: AccountKey): number | undefined;
  addPastRevision(): void;
};

export function transactions(
  db: Database.Database,
  { documents, counts }: Tables,
  { epoch, file, now }: { epoch: number; file: string; now: () => number },
): Pick<WriterContext, 'write' | 'durably' | 'fence'> {
  const currentEpoch = db.prepare<[], number>('SELECT epoch FROM catalog_lock').pluck();
  const fence = (): void => {
    if (currentEpoch.get() !== epoch) throw lockLost(file);
  };
  const run = db.transaction((work: (change: Change) => unknown) => {
    fence();
    const gathered = counts.changes();
    const result = work(changeOf(documents, gathered, now()));
    gathered.write();
    return result;
  });
  const write = <T>(work: (change: Change) => T): T => run.immediate(work) as T;
  const durably = <T>(work: (change: Change) => T): T => {
    db.pragma('synchronous = FULL');
    try {
      return write(work);
    } finally {
      db.pragma('synchronous = NORMAL');
    }
  };
  return { fence, write, durably };
}

function changeOf(documents: Tables['documents'], gathered: ReturnType<CountsTable['changes']>, now: number): Change {
  return {
    insert(document) {
      const row = documents.insert(document, now);
      gathered.change(undefined, { row, document, claimed: false });
      return row;
    },
    update(before, document, claimed = before.claimed) {
      gathered.change(before, { row: before.row, document, claimed });
      documents.update(before.row, document, now);
    },
    updateCopy(before, document, claimed = before.claimed) {
      gathered.change(before, { row: before.row, document, claimed });
      documents.updateCopy(before.row, document, now);
    },
    setClaimed(before, claimed) {
      gathered.claim(before, claimed);
    },
    firstInLine: (account) => gathered.firstInLine(account),
    addPastRevision: () => gathered.addPastRevision(),
  };
}
