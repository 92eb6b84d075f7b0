import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadMigrationConfig } from '@file-migration/config';

const usage = `node --conditions=@file-migration/source scripts/salesforce/org/render-document.ts -- --config-file migration.json --output-dir DIR

Writes force-app/document for the names in your migration.json: another object, other fields, a package's namespace, the
address of your redirect service. Deploy the folder it writes in place of force-app/document.`;

const SOURCE = resolve(import.meta.dirname, '../../../force-app/document');

/** What an org calls the things that force-app/document names. */
export type DocumentNames = {
  readonly object: string;
  readonly urlField: string;
  readonly nameField: string;
  readonly keyField: string;
  readonly originalUrlField: string;
  readonly guardRule: string;
  readonly writerPermission: string;
  readonly userPermissionSet: string;
  /** Fields that only the integration user reads; null for those the org does not have. */
  readonly read: Readonly<Record<string, string | null>>;
  /** Origin of the redirect service; undefined keeps the example. */
  readonly redirectOrigin: string | undefined;
};

/** A text with every name of the source replaced, all at once, so that no replacement is replaced again. */
export function renderText(text: string, names: DocumentNames): string {
  const replacements = new Map<string, string>([
    ['DocListEntry__c', names.object],
    ['Document__c', names.urlField],
    ['File_Key__c', names.keyField],
    ['File_Original_Url__c', names.originalUrlField],
    ['File_Migration_Guard', names.guardRule],
    ['File_Migration_Writer', names.writerPermission],
    ['File_Migration_User', names.userPermissionSet],
    // the file's name is read in two places
    ['document.Name', `document.${names.nameField}`],
    ['Id, Name', `Id, ${names.nameField}`],
    ...(names.redirectOrigin === undefined ? [] : [['https://files.example.com', names.redirectOrigin] as const]),
  ]);
  for (const [field, name] of Object.entries(names.read)) if (name !== null) replacements.set(field, name);
  const pattern = new RegExp(
    [...replacements.keys()]
      .sort((one, other) => other.length - one.length)
      .map((name) => `(?<![A-Za-z0-9_])${name.replaceAll('.', '\\.')}(?![A-Za-z0-9_])`)
      .join('|'),
    'g',
  );
  return text.replaceAll(pattern, (name) => replacements.get(name) ?? name);
}

/** A permission set must not grant what the org does not have. */
export function withoutMissingFields(xml: string, names: DocumentNames): string {
  const missing = Object.entries(names.read).flatMap(([field, name]) => (name === null ? [field] : []));
  return missing.reduce((text, field) => {
    const grant = new RegExp(
      `\\s*<fieldPermissions>(?:(?!</fieldPermissions>)[\\s\\S])*\\.${field}</field>[\\s\\S]*?</fieldPermissions>`,
    );
    return text.replace(grant, '');
  }, xml);
}

/** Writes the rendered folder. @throws Error when the folder holds something else */
export function renderDocument(names: DocumentNames, output: string): void {
  const mark = join(output, '.rendered');
  if (existsSync(output) && readdirSync(output).length > 0 && !existsSync(mark)) {
    throw new Error(`${output} is not empty and was not written by this script: choose another folder.`);
  }
  rmSync(output, { recursive: true, force: true });
  cpSync(SOURCE, output, { recursive: true });
  writeFileSync(mark, 'Written by render-document: changes are lost with the next run.\n');
  const entries = readdirSync(output, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    const granted = path.endsWith('.permissionset-meta.xml') ? withoutMissingFields(text, names) : text;
    writeFileSync(path, renderText(granted, names));
  }
  // deepest first, so that a folder is renamed after what is in it
  for (const path of entries.map((entry) => join(entry.parentPath, entry.name)).sort((a, b) => b.length - a.length)) {
    const name = path.slice(dirname(path).length + 1);
    const renamed = renderText(name, names);
    if (renamed !== name) renameSync(path, join(dirname(path), renamed));
  }
}

function main(): void {
  const { values } = parseArgs({
    options: {
      'config-file': { type: 'string', default: 'migration.json' },
      'output-dir': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values['output-dir'] === undefined) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const { config } = loadMigrationConfig({
    file: values['config-file'],
    cwd: process.cwd(),
    env: process.env,
    needsSecrets: false,
  });
  const { document, guardRule, writerPermission, userPermissionSet } = config.org;
  renderDocument(
    {
      ...document,
      guardRule,
      writerPermission,
      userPermissionSet,
      read: {
        Account__c: document.accountField,
        Identifier__c: document.externalIdField,
        ApplicableYear__c: document.yearField,
        DocType__c: document.typeField,
        Type_Current__c: /\bType_Current__c\b/.test(document.where ?? '') ? 'Type_Current__c' : null,
      },
      redirectOrigin: config.link.baseUrl === undefined ? undefined : new URL(config.link.baseUrl).origin,
    },
    resolve(values['output-dir']),
  );
  console.log(
    `Written: ${values['output-dir']}. Deploy it: scripts/salesforce/org/deploy.sh validate <org> force-app/main ${values['output-dir']}`,
  );
}

if (import.meta.main) main();
