import type { AccountId, MigrationConfig } from '@file-migration/config';
import type { ReopenScope } from '../catalog/copy-queue.ts';
import { longestDrainMs } from '../run/drain.ts';

/** What the person asked for. */
export type BackupRequest = {
  /** `auto`: resume what was interrupted, else incremental, else full. */
  readonly mode: 'auto' | 'full' | 'incremental' | 'retry';
  /** With mode `retry`: which ended copies are tried again. */
  readonly retry?: ReopenScope['kinds'];
  readonly accountId?: AccountId;
  /** Copies at most so many documents. */
  readonly limit?: number;
};

/** Settings of a backup, from migration.json. */
export type BackupSettings = {
  readonly filters: DocumentFilters;
  readonly documentsPerClaim: number;
  /** How far an incremental query reaches back before the watermark, milliseconds. */
  readonly overlapMs: number;
  /** A full run that misses a larger share of the known documents stops. */
  readonly absentShareStop: number;
  /** Longest time a run waits for limits to pass, milliseconds. */
  readonly longestPauseMs: number;
  /** Tries of a document within one run, over all its claims. */
  readonly attempts: number;
  /** Waits before the second try of a document, the third, …, milliseconds. */
  readonly retryWaitsMs: readonly number[];
  /** How long what is in flight may take to end after a stop, milliseconds. */
  readonly drainMs: number;
};

/** Which documents are copied, by name alone; the size limit is storage's. Extensions in lower case without dot. */
export type DocumentFilters = {
  readonly allowedExtensions: readonly string[] | null;
  readonly deniedExtensions: readonly string[];
};

const attempts = 4;
/** The last wait is long: a storm may have passed by then. */
const retryWaitsMs = [2_000, 15_000, 60_000];

export function backupSettings(
  { filters, backup }: MigrationConfig,
  { longestPauseMs }: { longestPauseMs: number },
): BackupSettings {
  return {
    filters,
    documentsPerClaim: backup.documentsPerClaim,
    overlapMs: backup.overlapMinutes * 60_000,
    absentShareStop: backup.absentShareStop,
    longestPauseMs,
    attempts,
    retryWaitsMs,
    drainMs: longestDrainMs,
  };
}
