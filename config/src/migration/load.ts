import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { withoutComments } from './comments.ts';
import type { Environment } from './env-text.ts';
import { findJsonFlaw } from './json-text.ts';
import type { ConfigProblem } from './config-problem.ts';
import { problemsOf } from './problems.ts';
import { migrationConfigSchema, type MigrationConfig, type MigrationConfigInput } from './schema.ts';
import {
  literalSecretProblems,
  missingVariableProblem,
  missingVariables,
  nakedSecrets,
  strayReferences,
  type MissingVariable,
} from './secret-places.ts';
import { withPresentKeys } from './renamed-keys.ts';
import { warnings } from './warnings.ts';

/** Where a config is looked for when nobody says where it is, relative to the working directory. */
export const DEFAULT_CONFIG_FILES = ['migration.json', join('config', 'migration.json')] as const;

export type LoadOptions = {
  /** Relative to `cwd`; without it the default places are tried. */
  readonly file?: string | undefined;
  readonly cwd: string;
  readonly env: Environment;
  /** False for commands that read neither source nor target: variables of the environment may then be missing. */
  readonly needsSecrets?: boolean;
};

export type LoadedConfig = {
  /** Its paths are absolute. */
  readonly config: MigrationConfig;
  /** Absolute path of the file that was read. */
  readonly file: string;
  /** What is allowed but probably not meant, one sentence each. */
  readonly warnings: readonly string[];
  /** Variables that it refers to and the environment lacks; always empty where secrets are needed. */
  readonly missing: readonly MissingVariable[];
};

/** A config that cannot be used, with everything that is wrong with it at once. */
export class MigrationConfigError extends Error {
  override readonly name = 'MigrationConfigError';
  /** The file, or undefined when none was found. */
  readonly file: string | undefined;
  readonly problems: readonly ConfigProblem[];
  /** Variables of the environment that are missing, each of them one of the problems. */
  readonly missing: readonly MissingVariable[];

  constructor(
    file: string | undefined,
    headline: string,
    problems: readonly ConfigProblem[] = [],
    missing: readonly MissingVariable[] = [],
  ) {
    const sorted = problems.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const lines = sorted.map(
      ({ path, found, expected }) => `  ${path === '' ? '(file)' : path}: found ${found}, expected ${expected}`,
    );
    super([headline, ...lines].join('\n'));
    this.file = file;
    this.problems = sorted;
    this.missing = missing;
  }
}

/**
 * Reads migration.json.
 * @throws MigrationConfigError when there is none, when it is no JSON, or with all problems of its content at once
 */
export function loadMigrationConfig({ file, cwd, env, needsSecrets = true }: LoadOptions): LoadedConfig {
  const found = read(file, cwd);
  const written = parse(found.file, found.text);
  const { config, problems, renamed } = check(written);
  const missing = missingVariables(withoutComments(written), env);
  if (needsSecrets) problems.push(...missing.map(missingVariableProblem));
  if (config === undefined || problems.length > 0) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    throw new MigrationConfigError(found.file, `${found.file} has ${count}:`, problems, missing);
  }
  return {
    config: withAbsolutePaths(config, dirname(found.file)),
    file: found.file,
    warnings: [...renamed, ...warnings(config)],
    missing,
  };
}

function withAbsolutePaths(config: MigrationConfig, folder: string): MigrationConfig {
  const { catalog, logs, fleet } = config;
  const authorities = fleet?.rds?.authorities;
  return {
    ...config,
    catalog: { ...catalog, file: resolve(folder, catalog.file) },
    logs: { folder: resolve(folder, logs.folder) },
    ...(fleet?.rds !== undefined &&
      authorities !== undefined && {
        fleet: { ...fleet, rds: { ...fleet.rds, authorities: resolve(folder, authorities) } },
      }),
  };
}

/**
 * Checks settings that come from elsewhere than a file, and fills in the defaults; paths stay as they are.
 * @throws MigrationConfigError with all problems at once
 */
export function migrationConfig(input: MigrationConfigInput): MigrationConfig {
  const { config, problems } = check(input);
  if (config === undefined || problems.length > 0) {
    throw new MigrationConfigError(undefined, 'The config has problems:', problems);
  }
  return config;
}

function read(file: string | undefined, cwd: string): { file: string; text: string } {
  const candidates = (file === undefined ? DEFAULT_CONFIG_FILES : [file]).map((name) => resolve(cwd, name));
  for (const candidate of candidates) {
    try {
      return { file: candidate, text: readFileSync(candidate, 'utf8').replace(/^\uFEFF/, '') };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') {
        throw new MigrationConfigError(candidate, `${candidate} cannot be read (${code ?? 'unknown error'}).`);
      }
    }
  }
  throw new MigrationConfigError(
    undefined,
    `There is no config: ${candidates.join(' and ')} ${candidates.length === 1 ? 'does' : 'do'} not exist.`,
  );
}

function parse(file: string, text: string): unknown {
  const flaw = findJsonFlaw(text);
  if (flaw !== undefined) {
    throw new MigrationConfigError(
      file,
      `${file} is not sound JSON at line ${flaw.line}, column ${flaw.column}: ${flaw.reason}.`,
    );
  }
  return JSON.parse(text);
}

function check(written: unknown): {
  config: MigrationConfig | undefined;
  problems: ConfigProblem[];
  renamed: readonly string[];
} {
  const { raw, warnings: renamed } = withPresentKeys(withoutComments(written));
  const result = migrationConfigSchema.safeParse(raw);
  const secrets = literalSecretProblems(written);
  const reported = new Set(secrets.map(({ path }) => path));
  // A literal secret breaks other rules of its place as well: it is reported once.
  const others = [...nakedSecrets(raw), ...strayReferences(raw), ...problemsOf(result.error?.issues ?? [], raw)];
  return { config: result.data, problems: [...secrets, ...others.filter(({ path }) => !reported.has(path))], renamed };
}
