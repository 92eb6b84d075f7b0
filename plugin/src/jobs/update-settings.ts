import type { MigrationConfig } from '@file-migration/config';
import type { LinkFieldNames } from './link-fields.ts';
import type { WaveSettings } from './write-wave.ts';

/** How the org is written, from migration.json. */
export type UpdateSettings = WaveSettings & {
  readonly names: LinkFieldNames;
  readonly rowsPerJob: number;
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
