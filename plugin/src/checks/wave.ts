import type { AccountId } from '@file-migration/config';
import type { WaveAccount } from '../catalog/journal.ts';
import type { AccountShare } from '../jobs/batches.ts';

/** Which documents one `switch --execute` takes on; without any member: all that are ready. Accounts stay whole. */
export type WaveRequest = {
  readonly accounts?: readonly (AccountId | null)[];
  /** Until so many per cent of the documents that can be switched are, those of earlier waves counted. */
  readonly percent?: number;
  /** At least so many documents more, to the end of the last one's account. */
  readonly limit?: number;
};

export type Wave = { readonly accounts: readonly AccountShare[]; readonly documents: number };

/** Chooses the accounts of a wave, in the order of their ids. */
export function chooseWave(all: readonly WaveAccount[], request: WaveRequest): Wave {
  const named = request.accounts === undefined ? undefined : new Set(request.accounts);
  const open = all.filter(({ accountId, ready }) => ready > 0 && (named === undefined || named.has(accountId)));
  const most = Math.min(request.limit ?? Infinity, missingToShare(all, request.percent));
  const accounts: AccountShare[] = [];
  let documents = 0;
  for (const { accountId, ready } of open) {
    if (documents >= most) break;
    accounts.push({ accountId, documents: ready });
    documents += ready;
  }
  return { accounts, documents };
}

function missingToShare(all: readonly WaveAccount[], percent: number | undefined): number {
  if (percent === undefined) return Infinity;
  const switched = all.reduce((sum, account) => sum + account.switched, 0);
  const total = all.reduce((sum, account) => sum + account.ready, switched);
  return Math.max(0, Math.ceil((total * percent) / 100) - switched);
}
