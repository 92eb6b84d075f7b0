/*
 * What everybody must agree on: ids, object keys, links, evidence. Apart from the migration config, whose schema loads
 * zod: the catalog's thread has no use for that, and it would take a thirteenth of a second and some 20 MB there.
 */
export { AWS_DOMAINS, amazonS3Endpoint, awsPartition, isBucketLabel, type AwsPartition } from './aws-partition.ts';
export { EVIDENCE_GRADES, EVIDENCE_MEANING, atLeast, weaker, type EvidenceGrade } from './evidence.ts';
export { fileLink, parseFileLink, parseS3Link, pointsAtRedirect, s3Link, type S3Place } from './file-link.ts';
export { cleanName, fileExtension } from './file-name.ts';
export {
  CERTIFICATE_FOLDER,
  DEFAULT_KEY_LAYOUT,
  KEY_LAYOUT_VERSION,
  LONGEST_KEY,
  OWNER_FOLDER,
  OWN_FOLDER,
  ROLLBACK_FOLDER,
  SNAPSHOT_FOLDER,
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
export { COPY_METHODS, type CopyMethod } from './copy-method.ts';
