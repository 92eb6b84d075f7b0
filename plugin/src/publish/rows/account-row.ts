import type { AccountCounts } from '../../model/counts.ts';
import { keyPrefix, noAccountKey } from '../../catalog/published-keys.ts';
import { publishedObjects } from '../../org/publications-port.ts';
import { row, type Row } from './row.ts';

/** An account's figures: its seven parts sum to its documents. */
export function accountRow(uuid: string, { accountId, documents, bytes, states }: AccountCounts): Row {
  const { switched = 0, verified = 0, copied = 0, discovered = 0, skipped = 0, deleted = 0 } = states;
  const { broken = 0, changed = 0, failed = 0, missing = 0, denied = 0, archived = 0 } = states;
  return row(uuid, {
    object: publishedObjects.account,
    key: accountId === undefined ? noAccountKey : `${keyPrefix.account}${accountId}`,
    fields: {
      Name: accountId ?? 'none',
      Account_Id__c: accountId ?? null,
      Documents__c: documents,
      Switched__c: switched,
      Verified__c: verified,
      Copied__c: copied,
      Discovered__c: discovered,
      Attention__c: broken + changed + failed + missing + denied + archived,
      Skipped__c: skipped,
      Deleted__c: deleted,
      Bytes__c: bytes,
    },
  });
}
