export { EVIDENCE_GRADES, EVIDENCE_MEANING, atLeast, weaker, type EvidenceGrade } from './evidence.ts';
export { fileLink, parseFileLink, parseS3Link, pointsAtRedirect, s3Link, type S3Place } from './file-link.ts';
export { cleanName, fileExtension } from './file-name.ts';
export {
  DEFAULT_KEY_LAYOUT,
  LONGEST_KEY,
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
