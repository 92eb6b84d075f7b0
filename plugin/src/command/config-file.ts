import { MigrationConfigError, loadMigrationConfig, type LoadedConfig } from '@file-migration/config';
import { exportLines } from '../model/guidance.ts';
import { Failure } from '../model/failure.ts';

/**
 * Reads migration.json where `--config-file` or the default places have it.
 * @throws Failure `config-invalid` with every problem at once
 */
export function loadConfig(file: string | undefined, { needsSecrets }: { needsSecrets: boolean }): LoadedConfig {
  try {
    return loadMigrationConfig({ file, cwd: process.cwd(), env: process.env, needsSecrets });
  } catch (error) {
    if (!(error instanceof MigrationConfigError)) throw error;
    throw new Failure(error.message, {
      code: 'config-invalid',
      actions:
        error.file === undefined
          ? ['Write one: sf migrate files init', 'Or say where it is: --config-file <path>']
          : error.missing.length === error.problems.length && error.missing.length > 0
            ? exportLines(error.missing)
            : ['Fix the file and run the command again.', ...exportLines(error.missing)],
    });
  }
}
