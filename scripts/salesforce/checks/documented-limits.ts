import { basename } from 'node:path';
import type { Check } from '../check.ts';
import { filesOf, textOf, type Problem } from '@file-migration/stand-ins/sfdx-project/project';
import { each, parseXml, valueOf, type Element } from '@file-migration/stand-ins/sfdx-project/metadata-xml';

/** How many characters Salesforce stores of an element's text, by metadata type. */
type Limits = Readonly<Record<string, number>>;

const NAME_80 = 80;
/**
 * Longest texts by type and element. Sources: help "Validation Rules Fields" and "Custom Field Attributes", object
 * reference (CustomPermission, PermissionSet, ExternalString, CustomTab), Apex reference ("Apex class names").
 */
const TEXTS: Readonly<Record<string, Limits>> = {
  ApexClass: { description: 1000 },
  ApexPage: { label: NAME_80, description: 1000 },
  CompactLayout: { label: 40 },
  CustomApplication: { label: 40, description: 255 },
  CustomField: { label: 40, description: 1000, inlineHelpText: 510 },
  CustomMetadata: { label: 40 },
  CustomObject: { label: 40, pluralLabel: 40, description: 1000 },
  CustomPermission: { label: NAME_80, description: 255 },
  CustomTab: { label: 40, description: 255 },
  ExternalClientApplication: { label: NAME_80, description: 255, contactEmail: NAME_80 },
  FlexiPage: { masterLabel: NAME_80, description: 255 },
  LightningComponentBundle: { masterLabel: NAME_80, description: 255 },
  ListView: { label: 40 },
  PermissionSet: { label: NAME_80, description: 255 },
  ValidationRule: { description: 255, errorMessage: 255, errorConditionFormula: 3900 },
};

/** Longest API names by type, without a suffix such as `__c`. */
const NAMES: Limits = {
  ApexClass: 40,
  ApexPage: 40,
  CustomField: 40,
  CustomMetadata: 40,
  CustomObject: 40,
  ListView: 40,
  ValidationRule: 40,
};
const LABELS = { fullName: NAME_80, shortDescription: NAME_80, categories: 255, value: 1000 } as const;
/** `CONTAINS("…", field)` and the like answer TRUE for a field that is blank (help 000385300). */
const TRUE_FOR_BLANK = /\b(CONTAINS|BEGINS)\s*\(/g;

/** Lengths that Salesforce documents, and refuses a whole deployment for; and formulas that a blank value passes. */
export const documentedLimits: Check = {
  name: 'documented lengths and formulas',
  run: (project) =>
    filesOf(project, (path) => path.endsWith('-meta.xml')).flatMap((file) => {
      const xml = readable(textOf(project, file));
      return xml === undefined ? [] : faultsIn(file, xml).map((message): Problem => ({ file, message }));
    }),
};

/** What is not well formed is reported by the schema check. */
function readable(text: string): Element | undefined {
  try {
    return parseXml(text);
  } catch {
    return undefined;
  }
}

function faultsIn(file: string, xml: Element): string[] {
  if (xml.name === 'CustomLabels') return each(xml, 'labels').flatMap((label) => tooLong(label, LABELS));
  const formula = valueOf(xml, 'errorConditionFormula') ?? '';
  return [
    ...tooLong(xml, TEXTS[xml.name] ?? {}),
    ...nameTooLong(file, xml.name),
    ...[...formula.matchAll(TRUE_FOR_BLANK)].map(
      ([, name = '']) => `its formula uses ${name}, which is TRUE for a blank value: use FIND(…) > 0 or LEFT(…) =`,
    ),
  ];
}

function tooLong(element: Element, limits: Limits): string[] {
  const name = valueOf(element, 'fullName');
  return Object.entries(limits).flatMap(([child, limit]) => {
    const { length } = valueOf(element, child) ?? '';
    const what = name === undefined ? child : `${child} of ${name}`;
    return length > limit ? [`${what} has ${length} characters; Salesforce stores ${limit}`] : [];
  });
}

function nameTooLong(file: string, type: string): string[] {
  const limit = NAMES[type];
  const name = (basename(file).split('.')[type === 'CustomMetadata' ? 1 : 0] ?? '').replace(/__(?:c|mdt|e)$/, '');
  return limit !== undefined && name.length > limit
    ? [`the API name ${name} has ${name.length} characters; Salesforce allows ${limit}`]
    : [];
}
