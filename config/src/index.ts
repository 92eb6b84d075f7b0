export * from './contract.ts';
export { configSnapshot } from './migration/snapshot.ts';
export { COMMENT_MARK } from './migration/comments.ts';
export { EnvJson, EnvText, type Environment } from './migration/env-text.ts';
export { migrationJsonSchema } from './migration/json-schema.ts';
export {
  DEFAULT_CONFIG_FILES,
  MigrationConfigError,
  loadMigrationConfig,
  migrationConfig,
  type LoadOptions,
  type LoadedConfig,
} from './migration/load.ts';
export type { MissingVariable } from './migration/secret-places.ts';
export type { ConfigProblem } from './migration/config-problem.ts';
export { migrationConfigSchema, type MigrationConfig, type MigrationConfigInput } from './migration/schema.ts';
export {
  MOST_PROOF_KEYS,
  REDIRECT_PROOF_PATH,
  REDIRECT_PROOF_PERMISSION,
  redirectProof,
  redirectProofRequest,
  type RedirectProof,
  type RedirectProofObject,
  type RedirectProofRequest,
} from './redirect-proof.ts';
export type { VendorApi } from './migration/source.ts';
export type { CredentialSource } from './migration/fields.ts';
