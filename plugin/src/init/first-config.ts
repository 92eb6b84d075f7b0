import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  MigrationConfigError,
  migrationConfig,
  migrationJsonSchema,
  type MigrationConfigInput,
} from '@file-migration/config';
import { Failure } from '../model/failure.ts';

/** What a first config needs to know; everything else has a default that can be changed in the file later. */
export type Answers = {
  readonly targetOrg?: string | undefined;
  readonly object?: string | undefined;
  readonly urlField?: string | undefined;
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly linkBaseUrl?: string | undefined;
};

/** Written beside the config, so that editors complete and check it. */
const schemaFile = 'migration.schema.json';

/**
 * The config that the answers make: short, because what is not in it has its default.
 * @throws Failure `config-invalid` that says what is wrong with which answer
 */
export function firstConfig(answers: Answers): MigrationConfigInput {
  const document = {
    ...(answers.object !== undefined && { object: answers.object }),
    ...(answers.urlField !== undefined && { urlField: answers.urlField }),
  };
  const config: MigrationConfigInput = {
    $schema: `./${schemaFile}`,
    ...((answers.targetOrg !== undefined || Object.keys(document).length > 0) && {
      org: {
        ...(answers.targetOrg !== undefined && { targetOrg: answers.targetOrg }),
        ...(Object.keys(document).length > 0 && { document }),
      },
    }),
    target: {
      bucket: answers.bucket,
      region: answers.region,
      ...(answers.endpoint !== undefined && { endpoint: answers.endpoint, pathStyle: true }),
    },
    ...(answers.linkBaseUrl !== undefined && { link: { baseUrl: answers.linkBaseUrl } }),
  };
  try {
    migrationConfig(config);
  } catch (error) {
    if (!(error instanceof MigrationConfigError)) throw error;
    throw new Failure(error.message, {
      code: 'config-invalid',
      actions: ['Run the command again with the value corrected.'],
    });
  }
  return config;
}

/**
 * Writes the config, never over another one, and the schema that editors complete it by.
 * @throws Failure `wrong-use` when the file is there already
 */
export async function writeFirstConfig(file: string, config: MigrationConfigInput): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`, { flag: 'wx' });
    await writeFile(join(dirname(file), schemaFile), `${JSON.stringify(migrationJsonSchema(), undefined, 2)}\n`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Failure(
      code === 'EEXIST'
        ? `${file} is there already; it was not changed.`
        : `${file} cannot be written (${code ?? 'unknown error'}).`,
      {
        code: 'wrong-use',
        actions: ['Choose another place: --output-file <path>'],
        cause: error,
      },
    );
  }
}
