import type { AccountId } from '@file-migration/config';
import type { Catalog, CatalogReader } from '../catalog/port.ts';
import type { NewRun } from '../catalog/runs.ts';
import type { BackupRequest } from './backup-request.ts';

/** Whether a backup is for all documents, so that it may conclude what is gone and move the watermark. */
export function isUnscoped({ accountId, limit }: BackupRequest): boolean {
  return accountId === undefined && limit === undefined;
}

/** Documents that wait to be copied: all, or one account's. */
export async function remainingOf(catalog: CatalogReader, accountId: AccountId | undefined): Promise<number> {
  if (accountId === undefined) return (await catalog.counts()).remaining;
  const [account] = await catalog.accounts({ search: accountId, limit: 1 });
  return account?.states.discovered ?? 0;
}

/** What the run row says of the part of the documents that a run was for; nothing for all of them. */
export function scopeOf({ accountId, limit }: BackupRequest): Pick<NewRun, 'scope'> {
  if (accountId === undefined && limit === undefined) return {};
  return { scope: { ...(accountId !== undefined && { accountId }), ...(limit !== undefined && { limit }) } };
}

/**
 * Takes on again what had come to an end: as asked, what was left out by rules that may have changed since, and sources
 * that were overwritten; returns how many of the last.
 */
export async function takeOnAgain(catalog: Catalog, { accountId, retry = [] }: BackupRequest): Promise<number> {
  const scope = accountId === undefined ? {} : { accountId };
  await catalog.releaseClaims();
  await catalog.reopen({ ...scope, kinds: [...new Set(['skipped' as const, ...retry])] });
  return await catalog.reviseChanged(scope);
}
