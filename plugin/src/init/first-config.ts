import { writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  MigrationConfigError,
  migrationConfig,
  migrationJsonSchema,
  type MigrationConfig,
  type MigrationConfigInput,
} from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import type { DocumentFields } from './org-choices.ts';

/** What a first config needs to know; everything else has a default that can be changed in the file later. */
export type Answers = {
  readonly targetOrg?: string | undefined;
  readonly object?: string | undefined;
  readonly urlField?: string | undefined;
  /** Which records are documents; null: all of the object. */
  readonly where?: string | null | undefined;
  /** Fields that the object has under another name, or not at all. */
  readonly fields?: DocumentFields | undefined;
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly linkBaseUrl?: string | undefined;
};

/** What the flags said. */
export type KnownAnswers = { readonly [K in Exclude<keyof Answers, 'fields'>]: Answers[K] | undefined };

/** Written beside the config, so that editors complete and check it. */
const schemaFile = 'migration.schema.json';

/**
 * The config that the answers make: short, because what is not in it has its default.
 * @throws Failure `config-invalid` that says what is wrong with which answer
 */
export function firstConfig(answers: Answers): {
  readonly input: MigrationConfigInput;
  readonly config: MigrationConfig;
} {
  const input = inputOf(answers);
  try {
    return { input, config: migrationConfig(input) };
  } catch (error) {
    if (!(error instanceof MigrationConfigError)) throw error;
    throw new Failure(error.message, {
      code: 'config-invalid',
      actions: ['Run the command again with the value corrected.'],
    });
  }
}

/** What is wrong with the answers so far; undefined when nothing is. */
export function problemOf(answers: Answers): string | undefined {
  try {
    firstConfig(answers);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** @throws Failure `wrong-use` when the file exists: nobody is asked for what cannot be written */
export function requireNoFile(file: string): void {
  if (existsSync(file)) throw taken(file);
}

/**
 * Writes the config, never over another one, and the schema that editors complete it by.
 * @throws Failure `wrong-use` when the file exists
 */
export async function writeFirstConfig(file: string, config: MigrationConfigInput): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`, { flag: 'wx' });
    await writeFile(join(dirname(file), schemaFile), `${JSON.stringify(migrationJsonSchema(), undefined, 2)}\n`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') throw taken(file);
    throw new Failure(`${file} cannot be written (${code ?? 'unknown error'}).`, {
      code: 'wrong-use',
      actions: ['Choose another place: --output-file <path>'],
      cause: error,
    });
  }
}

function taken(file: string): Failure {
  return new Failure(`${file} exists already and was not changed.`, {
    code: 'wrong-use',
    actions: [
      'Choose another place: --output-file <path>',
      'Or check the config that is there: sf migrate files doctor',
    ],
  });
}

function inputOf(answers: Answers): MigrationConfigInput {
  const { targetOrg, object, urlField, where, fields, bucket, region, endpoint, linkBaseUrl } = answers;
  const document = {
    ...(object !== undefined && { object }),
    ...(urlField !== undefined && { urlField }),
    ...(where !== undefined && { where }),
    ...fields,
  };
  const org = {
    ...(targetOrg !== undefined && { targetOrg }),
    ...(Object.keys(document).length > 0 && { document }),
  };
  return {
    $schema: `./${schemaFile}`,
    ...(Object.keys(org).length > 0 && { org }),
    target: { bucket, region, ...(endpoint !== undefined && { endpoint, pathStyle: true }) },
    ...(linkBaseUrl !== undefined && { link: { baseUrl: linkBaseUrl } }),
  };
}
