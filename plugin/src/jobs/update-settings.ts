import type { MigrationConfig } from '@file-migration/config';
import type { LinkFieldNames } from './link-fields.ts';

/** How the org is written, from migration.json. */
export type UpdateSettings = {
  readonly names: LinkFieldNames;
  readonly rowsPerJob: number;
  /** Jobs at a time, while no row meets a lock. */
  readonly parallelJobs: number;
  readonly errorShareStop: number;
  /** Times that rows which met a lock, or were never tried, are sent again. */
  readonly rounds: number;
  /** Times that a job is begun anew after a lost answer. */
  readonly attempts: number;
  /** First pause before another round or attempt, doubling; milliseconds. */
  readonly pauseMs: number;
  /** Longest time that the org should work on one job, milliseconds. */
  readonly batchMs: number;
};

export function updateSettings({ org, switch: configured }: MigrationConfig): UpdateSettings {
  const { urlField, keyField, originalUrlField } = org.document;
  return {
    names: { urlField, keyField, originalUrlField },
    rowsPerJob: configured.rowsPerJob,
    batchMs: configured.batchSeconds * 1000,
    parallelJobs: configured.parallelJobs,
    errorShareStop: configured.errorShareStop,
    rounds: 6,
    attempts: 5,
    pauseMs: 2_000,
  };
}
