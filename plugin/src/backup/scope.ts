import type { Catalog } from '../catalog/port.ts';
import type { NewRun } from '../catalog/runs.ts';
import type { BackupRequest } from './backup-request.ts';

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
