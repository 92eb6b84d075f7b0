import type { AccountId } from '@file-migration/config/contract';

/** An account as a key of `account_counts`. */
export type AccountKey = AccountId | typeof withoutAccount;

/** Stands for the documents without account; sorts before every id. */
export const withoutAccount = '-';

export function accountKey(account: AccountId | undefined): AccountKey {
  return account ?? withoutAccount;
}

/** The account that a key of the counters stands for; undefined for the documents without one. */
export function accountOf(key: AccountKey): AccountId | undefined {
  return key === withoutAccount ? undefined : key;
}
