import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MigrationConfig } from '@file-migration/config';
import { parseQuery } from '@jetstreamapp/soql-parser-js';

/** What an org calls the things that force-app names. */
export type OrgNames = {
  readonly object: string;
  readonly urlField: string;
  readonly nameField: string;
  readonly keyField: string;
  readonly originalUrlField: string;
  readonly guardRule: string;
  readonly writerPermission: string;
  readonly userPermissionSet: string;
  /** Fields of the document object that the integration user reads. */
  readonly reads: readonly string[];
  /** Fields that everybody may read, so that a permission set must not name them. */
  readonly ungrantable: ReadonlySet<string>;
  /** Origin of the redirect service; undefined where links lead to S3 or none are written yet. */
  readonly redirectOrigin: string | undefined;
};

const STANDARD = /^[A-Za-z]+$/;
/** In Apex, the file's name is read in these places. */
const NAME_FIELD = ["'Name'", 'document.Name', 'Id, Name'] as const;
export const EXAMPLE_HOST = 'example.com';

/** The names that migration.json gives. */
export function namesOf(config: MigrationConfig, ungrantable: ReadonlySet<string> = new Set()): OrgNames {
  const { document, guardRule, writerPermission, userPermissionSet } = config.org;
  const { accountField, externalIdField, sizeField, yearField, typeField, where } = document;
  const reads = [accountField, externalIdField, sizeField, yearField, typeField, ...fieldsOf(where)];
  return {
    ...document,
    guardRule,
    writerPermission,
    userPermissionSet,
    reads: [...new Set(reads.filter((field) => field !== null))],
    ungrantable,
    redirectOrigin: config.link.baseUrl === undefined ? undefined : new URL(config.link.baseUrl).origin,
  };
}

/** The fields of the document object in a SOQL condition; a path leads to another object. */
function fieldsOf(where: string | null): string[] {
  if (where === null) return [];
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'field' && typeof value === 'string' && !value.includes('.')) found.push(value);
      else visit(value);
    }
  };
  visit(parseQuery(`SELECT Id FROM Document__c WHERE ${where}`).where);
  return found;
}

/** A text with every name of the source replaced, all at once, so that no replacement is replaced again. */
export function renderText(text: string, names: OrgNames): string {
  const replacements = new Map<string, string>([
    ['DocListEntry__c', names.object],
    ['Document__c', names.urlField],
    ['File_Key__c', names.keyField],
    ['File_Original_Url__c', names.originalUrlField],
    ['File_Migration_Guard', names.guardRule],
    ['File_Migration_Writer', names.writerPermission],
    ['File_Migration_User', names.userPermissionSet],
    ...NAME_FIELD.map((place) => [place, place.replace('Name', names.nameField)] as const),
  ]);
  const pattern = new RegExp(
    [...replacements.keys()]
      .sort((one, other) => other.length - one.length)
      .map((name) => `(?<![A-Za-z0-9_])${name.replaceAll('.', '\\.')}(?![A-Za-z0-9_])`)
      .join('|'),
    'g',
  );
  return text.replaceAll(pattern, (name) => replacements.get(name) ?? name);
}

/** Renders a copy of force-app/document in place: contents, names of files and folders, and what its sets grant. */
export function renderDocument(names: OrgNames, folder: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    const isSet = path.endsWith('.permissionset-meta.xml');
    const rendered = renderText(isSet ? withoutGrants(text, 'DocListEntry__c') : text, names);
    writeFileSync(path, isSet ? withGrants(rendered, grantsOf(entry.name, names)) : rendered);
  }
  // deepest first, so that a folder is renamed after what is in it
  for (const path of entries.map((entry) => join(entry.parentPath, entry.name)).sort((a, b) => b.length - a.length)) {
    const name = path.slice(dirname(path).length + 1);
    const renamed = renderText(name, names);
    if (renamed !== name) renameSync(path, join(dirname(path), renamed));
  }
}

type Grant = { readonly field: string; readonly editable: boolean };

/** The integration user writes three fields and reads what the migration goes by; users read what opening needs. */
function grantsOf(file: string, names: OrgNames): Grant[] {
  const written = [names.urlField, names.keyField, names.originalUrlField];
  const integration = file.startsWith('File_Migration_Integration');
  const read = integration ? [names.nameField, ...names.reads] : [names.nameField];
  const fields = [...new Set([...written, ...read])];
  return fields
    .filter((field) => !STANDARD.test(field) && !names.ungrantable.has(field))
    .map((field) => ({ field: `${names.object}.${field}`, editable: integration && written.includes(field) }));
}

const GRANT = /[ \t]*<fieldPermissions>(?:(?!<\/fieldPermissions>)[\s\S])*<\/fieldPermissions>\n/g;

function withoutGrants(xml: string, object: string): string {
  return xml.replaceAll(GRANT, (grant) => (grant.includes(`<field>${object}.`) ? '' : grant));
}

function withGrants(xml: string, grants: Grant[]): string {
  const blocks = grants
    .sort((one, other) => one.field.localeCompare(other.field))
    .map(
      ({ field, editable }) => `    <fieldPermissions>
        <editable>${editable}</editable>
        <field>${field}</field>
        <readable>true</readable>
    </fieldPermissions>
`,
    );
  // the elements of one kind stand together
  const [first] = xml.match(GRANT) ?? [];
  return first === undefined
    ? xml.replace(/^[ \t]*<hasActivationRequired>/m, (next) => `${blocks.join('')}${next}`)
    : xml.replace(first, () => `${blocks.join('')}${first}`);
}

/** Renders a copy of force-app/settings in place: where links lead. */
export function renderSettings({ redirectOrigin }: OrgNames, folder: string): void {
  if (redirectOrigin === undefined) return;
  const path = join(folder, 'default/customMetadata/File_Migration_Link_Setting.Default.md-meta.xml');
  const rendered = readFileSync(path, 'utf8').replace(
    /(<field>Redirect_Base_Url__c<\/field>\s*)<value xsi:nil="true" \/>/,
    (_, field: string) => `${field}<value xsi:type="xsd:string">${redirectOrigin}</value>`,
  );
  writeFileSync(path, rendered);
}

/** Renders a copy of force-app/redirect-app in place: where sign-ins return to, and whom Salesforce writes to. */
export function renderRedirectApp(
  { redirectOrigin, userPermissionSet }: Pick<OrgNames, 'redirectOrigin' | 'userPermissionSet'>,
  contactEmail: string,
  folder: string,
): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8')
      .replaceAll('https://files.example.com', redirectOrigin ?? 'https://files.example.com')
      .replaceAll('files@example.com', contactEmail)
      .replaceAll(/(?<!\w)File_Migration_User(?!\w)/g, userPermissionSet);
    writeFileSync(path, text);
  }
}

/** Values in metadata that still name the example host; Apex and comments may. */
export function exampleValues(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .filter(({ name }) => name.endsWith('-meta.xml'))
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const values = readFileSync(path, 'utf8').match(/<(\w+)[^<>]*>[^<]*example\.com[^<]*<\/\1>/g) ?? [];
      return values.map((value) => `${entry.name}: ${value}`);
    });
}
