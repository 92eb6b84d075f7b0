import type { AccountId, DocumentId } from '@file-migration/config';
import type { UndoableRow, UnjournaledLink } from '../catalog/journal.ts';
import type { CatalogReader } from '../catalog/port.ts';
import type { RunId } from '../model/run.ts';
import { accountBatches } from './batches.ts';
import type { Intent } from './update-context.ts';
import type { JobSize } from './job-size.ts';
import type { UpdateProgress } from './update-progress.ts';

const pageRows = 500;

/** Which of the links that we wrote. */
export type WrittenScope = {
  readonly accounts?: readonly (AccountId | null)[];
  /** Only what this run wrote. */
  readonly run?: RunId;
};

/** How batches are made: how large, and who learns what they come to (nobody in a plan). */
export type Batching = {
  readonly size: JobSize;
  readonly progress: Pick<UpdateProgress, 'totalIs' | 'notTaken'> | undefined;
};

/** Batches over the newest confirmed row of each document that holds our link, whole accounts together. */
export async function writtenBatches(
  catalog: CatalogReader,
  { accounts, run }: WrittenScope,
  { size, progress }: Batching,
  intentOf: (row: UndoableRow) => Intent | undefined,
): Promise<AsyncGenerator<Intent[]>> {
  const named = accounts === undefined ? undefined : new Set(accounts);
  const shares = (await catalog.writtenAccounts(run)).filter(
    ({ accountId }) => named === undefined || named.has(accountId),
  );
  progress?.totalIs(shares.reduce((sum, { documents }) => sum + documents, 0));
  return accountBatches(
    shares,
    async (account, after) => {
      const page = await catalog.undoable({ account, after, limit: pageRows, ...(run !== undefined && { run }) });
      return page.map((row) => {
        const intent = intentOf(row);
        if (intent === undefined) progress?.notTaken();
        return { cursor: row.cursor, intent };
      });
    },
    () => size.rows,
  );
}

/**
 * How many links of ours stand on records and are none that the journal wrote: it knows no way back for them.
 * @param isLeft whether a link is one of those that were to go
 */
export async function countUnjournaled(
  catalog: CatalogReader,
  accounts: WrittenScope['accounts'],
  isLeft: (link: UnjournaledLink) => boolean = () => true,
): Promise<number> {
  const named = accounts === undefined ? undefined : new Set(accounts);
  let links = 0;
  let after: DocumentId | undefined;
  for (;;) {
    const page = await catalog.unjournaledLinks({ limit: pageRows, ...(after !== undefined && { after }) });
    links += page.filter((link) => (named?.has(link.accountId) ?? true) && isLeft(link)).length;
    after = page.at(-1)?.document;
    if (page.length < pageRows) return links;
  }
}
