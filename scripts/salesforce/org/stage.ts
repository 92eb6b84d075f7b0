import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { migrationConfig, type MigrationConfig } from '@file-migration/config';
import { EXAMPLE_HOST, exampleValues, namesOf, renderDocument, renderSettings } from './render.ts';
import { Refusal } from './sf.ts';

const FORCE_APP = join(import.meta.dirname, '../../../force-app');
/** In the order of their deployment. */
export const STAGED_PARTS = ['main', 'document', 'settings'] as const;
const MARK = '.staged';

/** What a stage has to know of the org that it is for. */
export type OrgView = {
  /** Fields of an object as its describe has them; undefined when the org has no such object. */
  fields(object: string): Promise<readonly { readonly name: string; readonly permissionable: boolean }[] | undefined>;
  /** Developer names of a custom metadata type's records; none when the org has no such type. */
  records(type: string): Promise<readonly string[]>;
};

export type StageOptions = {
  /** undefined takes the default names, and no address of a redirect service. */
  readonly config: MigrationConfig | undefined;
  /** undefined stages for any org: every field is granted, every record is new. */
  readonly org: OrgView | undefined;
  readonly folder: string;
};

/**
 * Writes what a deployment takes: our metadata for this org's names, without grants that it would refuse and without
 * records of custom metadata that it has, which are its administrator's.
 * @throws Refusal when the folder is somebody else's, a name is wrong, or an example address would be deployed
 */
export async function stage({ config, org, folder }: StageOptions): Promise<void> {
  const settings = config ?? defaultConfig();
  const names = namesOf(settings, await ungrantableFields(settings, org));
  copyParts(folder);
  renderDocument(names, join(folder, 'document'));
  renderSettings(names, join(folder, 'settings'));
  if (org !== undefined) await leaveOutExisting(org, join(folder, 'settings/default/customMetadata'));
  refuseExamples(folder);
}

/** The default names; whose bucket it is does not matter to Salesforce. */
export function defaultConfig(): MigrationConfig {
  return migrationConfig({ target: { bucket: 'not-asked-for', region: 'us-east-1' } });
}

/** @throws Refusal naming every value of the example host */
export function refuseExamples(folder: string): void {
  const examples = exampleValues(folder);
  if (examples.length === 0) return;
  throw new Refusal(
    `Not deployed: ${EXAMPLE_HOST} would become a real setting. Set link.baseUrl in migration.json to the address of your redirect service.\n${examples.join('\n')}`,
    2,
  );
}

/** Copies parts of force-app to a folder that is empty or was written by this function. */
export function copyParts(folder: string, parts: readonly string[] = STAGED_PARTS): void {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, MARK))) {
    throw new Refusal(`${folder} is not empty and was not written by this script: choose another folder.`, 2);
  }
  rmSync(folder, { recursive: true, force: true });
  for (const part of parts) {
    cpSync(join(FORCE_APP, part), join(folder, part), {
      recursive: true,
      filter: (source) => basename(source) !== '__tests__',
    });
  }
  writeFileSync(join(folder, MARK), 'Written for a deployment: changes are lost with the next one.\n');
}

/** Required fields and master-detail lookups are everybody's: a permission set that names one is refused. */
async function ungrantableFields({ org: { document } }: MigrationConfig, org: OrgView | undefined) {
  const fields = await org?.fields(document.object);
  if (org !== undefined && fields === undefined) {
    throw new Refusal(`The org has no object ${document.object}: correct org.document.object in migration.json.`, 2);
  }
  const known = new Map(fields?.map(({ name, permissionable }) => [name.toLowerCase(), permissionable]));
  const { urlField, nameField, accountField, externalIdField, sizeField, yearField, typeField } = document;
  const wanted = [urlField, nameField, accountField, externalIdField, sizeField, yearField, typeField];
  const unknown = wanted.filter((field) => fields !== undefined && field !== null && !known.has(field.toLowerCase()));
  if (unknown.length > 0) {
    throw new Refusal(
      `${document.object} has no field ${unknown.join(', ')} that this user may see: correct org.document in migration.json.`,
      2,
    );
  }
  return new Set(fields?.filter(({ permissionable }) => !permissionable).map(({ name }) => name));
}

async function leaveOutExisting(org: OrgView, folder: string): Promise<void> {
  const files = readdirSync(folder);
  for (const type of new Set(files.map((file) => `${file.split('.')[0] ?? ''}__mdt`))) {
    const existing = await org.records(type);
    for (const name of existing)
      rmSync(join(folder, `${type.replace(/__mdt$/, '')}.${name}.md-meta.xml`), { force: true });
  }
}
