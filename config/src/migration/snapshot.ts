import type { MigrationConfig } from './schema.ts';

/** The settings as plain JSON, for run records. Secrets are in it by the names of their variables only. */
export function configSnapshot(config: MigrationConfig): Record<string, unknown> {
  return JSON.parse(JSON.stringify(config)) as Record<string, unknown>;
}
