import type { AccountId } from '@file-migration/config';
import type { Intent } from './update-context.ts';

/** An account with the number of documents that are taken from it. */
export type AccountShare = { readonly accountId: AccountId | null; readonly documents: number };

/** One page of an account's documents, from a cursor on; empty at the end. */
export type PageOf = (
  accountId: AccountId | null,
  after: number,
) => Promise<readonly { readonly cursor: number; readonly intent: Intent | undefined }[]>;

/**
 * Puts whole accounts together into batches of at most `size()` rows, because a parent's children in two jobs lock each
 * other out. Only an account larger than a job is divided, over consecutive jobs.
 */
export async function* accountBatches(
  accounts: readonly AccountShare[],
  pageOf: PageOf,
  size: () => number,
): AsyncGenerator<Intent[]> {
  let batch: Intent[] = [];
  for (const { accountId, documents } of accounts) {
    if (batch.length > 0 && batch.length + documents > size()) {
      yield batch;
      batch = [];
    }
    let after = 0;
    for (;;) {
      const page = await pageOf(accountId, after);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.cursor;
      for (const { intent } of page) {
        if (intent === undefined) continue;
        batch.push(intent);
        if (batch.length >= size()) {
          yield batch;
          batch = [];
        }
      }
    }
  }
  if (batch.length > 0) yield batch;
}
