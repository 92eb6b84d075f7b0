import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml, valueOf } from '../../sfdx-project/metadata-xml.ts';
import { documentField, ownFields, vendorFields, type DocumentNames } from '../objects/document.ts';
import type { ValidationRule } from './automation.ts';
import { compileFormula } from './formula.ts';

const METADATA = join(
  import.meta.dirname,
  '../../../../force-app/document/default/objects/DocListEntry__c/validationRules/File_Migration_Guard.validationRule-meta.xml',
);

/** The guard of `force-app/document`, from its metadata: what is deployed and what stands in are one formula. */
export function guardRule(names: DocumentNames, object: string): ValidationRule {
  const rule = parseXml(readFileSync(METADATA, 'utf8'));
  const refuses = compileFormula(valueOf(rule, 'errorConditionFormula') ?? '');
  const columns = new Map([...vendorFields, ...ownFields].map(({ name }) => [name, documentField(names, name)]));
  const column = (field: string): string => columns.get(field) ?? field;
  return {
    object,
    name: valueOf(rule, 'fullName') ?? '',
    message: valueOf(rule, 'errorMessage') ?? '',
    field: column(valueOf(rule, 'errorDisplayField') ?? ''),
    refuses: ({ before, after, user }) =>
      refuses({
        isNew: before === undefined,
        hasPermission: (permission) => user.customPermissions.includes(permission),
        value: (field) => String(after[column(field)] ?? ''),
        priorValue: (field) => String((before ?? after)[column(field)] ?? ''),
      }),
  };
}
