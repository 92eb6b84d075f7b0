import { apiName, apiPath, line } from './fields.ts';
import { z } from './zod.ts';

const where = line.refine(isFilter, {
  error:
    'a SOQL condition as it stands after WHERE, without ORDER BY, LIMIT or GROUP BY, its quotes and parentheses closed',
});

const documentObject = z.strictObject({
  object: apiName.default('DocListEntry__c').describe('API name of the document object, namespace included.'),
  nameField: apiName.default('Name').describe("Field with the file's name."),
  urlField: apiName.default('Document__c').describe("Field with the file's URL: what phase 2 rewrites."),
  accountField: apiName.nullable().default('Account__c').describe('Lookup to the account; null when there is none.'),
  accountNamePath: apiPath
    .nullable()
    .default('Account__r.Name')
    .describe("Path from a document to its account's name; null when there is none."),
  externalIdField: apiName
    .nullable()
    .default('Identifier__c')
    .describe("Field with the vendor's id of the file; null when there is none."),
  sizeField: apiName.nullable().default(null).describe("Field with the file's size in bytes; null when there is none."),
  yearField: apiName
    .nullable()
    .default('ApplicableYear__c')
    .describe('Field with the year a document applies to, for analyze; null when there is none.'),
  typeField: apiName
    .nullable()
    .default('DocType__c')
    .describe('Field with the type of document, for analyze; null when there is none.'),
  keyField: apiName.default('File_Key__c').describe('Our field: key of the object in the target bucket.'),
  originalUrlField: apiName.default('File_Original_Url__c').describe('Our field: the URL before the switch.'),
  where: where
    .nullable()
    .default("Type_Current__c != 'Folder'")
    .describe('Which records are documents, as a SOQL condition; null means all records of the object.'),
});

/** Which org, and what its document object and our metadata are called. */
export const org = z.strictObject({
  targetOrg: line
    .optional()
    .describe('Alias or user name as the sf CLI knows it; --target-org wins, else the default org.'),
  apiVersion: z
    .string()
    .regex(/^\d{2,3}\.0$/, 'an API version such as "68.0"')
    .optional()
    .describe("API version to use; without it the org's newest one that is known to work."),
  document: documentObject.prefault({}).describe('The document object and its fields, names in full.'),
  guardRule: apiName
    .default('File_Migration_Guard')
    .describe('Validation rule that makes the org compare and set; force-app/document brings it.'),
  writerPermission: apiName
    .default('File_Migration_Writer')
    .describe('Custom permission of the integration user, to whom alone the guard applies.'),
  userPermissionSet: apiName
    .default('File_Migration_User')
    .describe('Permission set that users need to open files through the redirect.'),
});

function isFilter(condition: string): boolean {
  const withoutTexts = condition.replace(/'(?:[^'\\]|\\.)*'/g, '');
  if (withoutTexts.includes("'")) return false;
  if (/\b(?:order\s+by|group\s+by|limit|offset|having|for\s+(?:view|update|reference))\b|;/i.test(withoutTexts))
    return false;
  let depth = 0;
  for (const character of withoutTexts) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
