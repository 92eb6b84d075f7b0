import type { AccountId } from '@file-migration/config/contract';
import type { Catalog } from '../port.ts';
import { nextRevision } from '../rules/next-revision.ts';
import { waiting } from '../rules/waiting.ts';
import type { DocumentState } from '../../model/document-state.ts';
import type { Synchronous } from '../synchronous.ts';
import type { FoundDocument } from '../tables/document-row.ts';
import { replaceRevision } from './revisions.ts';
import { rowsPerTransaction, type Change, type WriterContext } from './transactions.ts';

/** What a run takes on again although it had come to an end. */
export function reopening(context: WriterContext): Pick<Synchronous<Catalog>, 'reopen' | 'reviseChanged'> {
  const again = { copy: 'discovered', skipRule: undefined, attempts: 0, nextAttempt: 0 } as const;
  return {
    reopen: ({ kinds, accountId }) =>
      // a broken document is one of them, too, if its copy ended so
      [...kinds, 'broken' as const].reduce(
        (sum, state) =>
          sum +
          eachOf(context, state, accountId, (change, found) => {
            const { originalUrl, copy } = found.document;
            if (originalUrl === '' || !kinds.some((kind) => kind === copy)) return false;
            change.updateCopy(found, waiting({ ...found.document, ...again }));
            return true;
          }),
        0,
      ),

    reviseChanged: ({ accountId }) =>
      eachOf(context, 'changed', accountId, (change, found) => {
        // the others have a URL that the next discovery takes in
        if (!found.document.sourceChanged) return false;
        replaceRevision(context, change, found, nextRevision(found.document));
        return true;
      }),
  };
}

/** Page by page, a transaction (and its fence) each, over the documents in a rare state; returns how many were taken on. */
function eachOf(
  { tables, write }: WriterContext,
  state: DocumentState,
  account: AccountId | undefined,
  takeOn: (change: Change, found: FoundDocument) => boolean,
): number {
  let taken = 0;
  let after: string | undefined = '';
  while (after !== undefined) {
    const page = tables.documents.rarePage(after, state, rowsPerTransaction);
    after = page.at(-1)?.document.id;
    const wanted = page.filter(({ document }) => account === undefined || document.accountId === account);
    taken += write((change) => wanted.filter((found) => takeOn(change, found)).length);
  }
  return taken;
}
