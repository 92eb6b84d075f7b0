import type { MigrationConfig } from '@file-migration/config';
import type { LinkFieldNames } from './jobs/link-fields.ts';
import type { WaveSettings } from './jobs/write-wave.ts';

/** How the org is written, from migration.json. */
export type SwitchSettings = WaveSettings & {
  readonly names: LinkFieldNames;
  readonly rowsPerJob: number;
  /** Longest time that the org should work on one job, milliseconds. */
  readonly batchMs: number;
  readonly canaryRows: number;
  readonly canaryRereadMs: number;
};

export function switchSettings({ org, switch: configured }: MigrationConfig): SwitchSettings {
  const { urlField, keyField, originalUrlField } = org.document;
  return {
    names: { urlField, keyField, originalUrlField },
    rowsPerJob: configured.rowsPerJob,
    batchMs: configured.batchSeconds * 1000,
    canaryRows: configured.canaryRows,
    canaryRereadMs: configured.canaryRereadMinutes * 60_000,
    parallelJobs: configured.parallelJobs,
    errorShareStop: configured.errorShareStop,
    rounds: 6,
    attempts: 5,
    pauseMs: 2_000,
  };
}
