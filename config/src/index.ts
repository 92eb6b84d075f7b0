export { EVIDENCE_GRADES, EVIDENCE_MEANING, atLeast, weaker, type EvidenceGrade } from './evidence.ts';
export { fileLink, parseFileLink, parseS3Link, pointsAtRedirect, s3Link, type S3Place } from './file-link.ts';
export { cleanName, fileExtension } from './file-name.ts';
export {
  DEFAULT_KEY_LAYOUT,
  LONGEST_KEY,
  OWN_FOLDER,
  PROBE_FOLDER,
  encodeKey,
  isObjectKey,
  keyLayout,
  keyLayoutProblems,
  keyOwner,
  objectKey,
  parseKey,
  renderKey,
  type FileNames,
  type KeyFacts,
  type KeyLayout,
  type LayoutPlaceholder,
  type LayoutSegment,
  type ObjectKey,
  type ParsedKey,
} from './key-layout.ts';
export {
  accountId,
  documentId,
  isSalesforceId,
  keyPrefix,
  organizationId,
  parseSalesforceId,
  toSalesforceId,
  type AccountId,
  type DocumentId,
  type OrganizationId,
  type SalesforceId,
} from './salesforce-id.ts';
export { URL_KINDS, linkBeginnings, urlKind, urlOrigin, type UrlBeginnings, type UrlKind } from './url-kind.ts';
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
export type { ConfigProblem } from './migration/config-problem.ts';
export { migrationConfigSchema, type MigrationConfig, type MigrationConfigInput } from './migration/schema.ts';
export { WAYS, type VendorApi, type Way } from './migration/source.ts';
export type { CredentialSource } from './migration/fields.ts';
