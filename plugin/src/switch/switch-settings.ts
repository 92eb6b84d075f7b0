import type { MigrationConfig } from '@file-migration/config';
import { updateSettings, type UpdateSettings } from '../jobs/update-settings.ts';

/** How links are written, from migration.json. */
export type SwitchSettings = UpdateSettings & {
  readonly canaryRows: number;
  readonly canaryRereadMs: number;
};

export function switchSettings(config: MigrationConfig): SwitchSettings {
  return {
    ...updateSettings(config),
    canaryRows: config.switch.canaryRows,
    canaryRereadMs: config.switch.canaryRereadMinutes * 60_000,
  };
}
