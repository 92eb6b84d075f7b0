import type { AccountCount, Org } from '../org/port.ts';

/** Accounts with documents, the largest first. */
export type AccountList = {
  /** All accounts of the org that have documents. */
  readonly accounts: number;
  readonly documents: number;
  /** Documents that belong to no account. */
  readonly withoutAccount: number;
  /** Those that match the search, at most as many as asked for. */
  readonly listed: readonly AccountCount[];
  readonly matching: number;
};

/** Reads every account that has documents from the org, however many there are. */
export async function listAccounts(
  org: Org,
  { search, limit }: { search: string | undefined; limit: number | undefined },
): Promise<AccountList> {
  const wanted = search?.toLowerCase();
  const matching: AccountCount[] = [];
  let accounts = 0;
  let documents = 0;
  let withoutAccount = 0;
  for await (const account of org.accountCounts()) {
    documents += account.documents;
    if (account.accountId === undefined) withoutAccount += account.documents;
    else accounts += 1;
    if (wanted === undefined || matches(account, wanted)) matching.push(account);
  }
  matching.sort((a, b) => b.documents - a.documents);
  return { accounts, documents, withoutAccount, listed: matching.slice(0, limit), matching: matching.length };
}

function matches({ accountId, accountName }: AccountCount, wanted: string): boolean {
  return (accountName?.toLowerCase().includes(wanted) ?? false) || accountId?.toLowerCase() === wanted;
}
