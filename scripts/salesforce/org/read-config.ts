import { loadMigrationConfig, MigrationConfigError, type MigrationConfig } from '@file-migration/config';
import { Refusal } from './sf.ts';

/** The migration.json of this name, without its secrets. @throws Refusal with everything that is wrong in it */
export function readConfig(file: string | undefined): MigrationConfig | undefined {
  if (file === undefined) return undefined;
  try {
    return loadMigrationConfig({ file, cwd: process.cwd(), env: process.env, needsSecrets: false }).config;
  } catch (error) {
    if (error instanceof MigrationConfigError) throw new Refusal(error.message, 2);
    throw error;
  }
}
