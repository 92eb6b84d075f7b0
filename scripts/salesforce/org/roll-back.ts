import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { failureLines, type DeployResult } from './failures.ts';
import { manifestXml, membersOf, REMOVAL_ORDER, type Member, type Part } from './removal.ts';
import { readConfig } from './read-config.ts';
import { namesOf, renderDocument, type OrgNames } from './render.ts';
import { copyParts, defaultConfig } from './stage.ts';
import { orRefuse, query, Refusal, sf } from './sf.ts';

const usage = `npm run roll-back:salesforce -- PART --target-org ORG [options]

Takes a part of our metadata out of an org again, in this order: ${REMOVAL_ORDER.join(', ')}.

  --config-file FILE   the migration.json that the part was deployed with
  --dry-run            validates only

Refused while something in the org still needs the part: a document that holds a file key, a user who holds one of its
permission sets, a page that shows one of its components. The fields on the document object are what every switched
document opens by: roll the links back first (sf migrate files rollback), then clear the keys.`;

const ROOT = resolve(import.meta.dirname, '../../..');
const API_VERSION = '67.0';
const LISTED = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'target-org': { type: 'string' },
    'config-file': { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

await orRefuse(main);

async function main(): Promise<void> {
  const [part] = positionals;
  const org = values['target-org'];
  if (values.help || !isPart(part) || org === undefined) {
    console.error(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const names = namesOf(readConfig(values['config-file']) ?? defaultConfig());
  const members = part === 'document' ? documentMembers(names) : membersOf(join(ROOT, 'force-app', part));
  if (part === 'document') await refuseKeys(org, names);
  const holds = [...(await assignments(org, members)), ...(await dependents(org, members))];
  if (holds.length > 0) throw new Refusal(`Nothing was removed.\n${holds.join('\n')}`, 70);
  await remove(org, members);
  console.log(values['dry-run'] ? 'The org would let it go.' : 'Removed.');
}

function isPart(part: string | undefined): part is Part {
  return REMOVAL_ORDER.some((known) => known === part);
}

/** The part on the document object goes under the names that it was deployed with. */
function documentMembers(names: OrgNames): Member[] {
  const folder = mkdtempSync(join(ROOT, 'staged-'));
  try {
    copyParts(folder, ['document']);
    renderDocument(names, join(folder, 'document'));
    return membersOf(join(folder, 'document'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Deleted records count: undeleting one would bring its link back. */
async function refuseKeys(org: string, { object, keyField }: OrgNames): Promise<void> {
  const soql = `SELECT COUNT(Id) filled FROM ${object} WHERE ${keyField} != null`;
  const [row] = await query<{ filled: number }>(org, soql, '--all-rows');
  if (row === undefined)
    throw new Refusal('The org did not say how many documents hold a file key. Nothing was removed.', 70);
  if (row.filled === 0) return;
  const [hold, its] = row.filled === 1 ? ['document holds', 'its link'] : ['documents hold', 'their links'];
  throw new Refusal(`${row.filled} ${hold} a file key: ${its} and mailed links open by it. Nothing was removed.`, 70);
}

/** An assigned permission set cannot be deleted. */
async function assignments(org: string, members: readonly Member[]): Promise<string[]> {
  const sets = members.filter(({ type }) => type === 'PermissionSet').map(({ name }) => name);
  if (sets.length === 0) return [];
  const rows = await query<{ Id: string; Assignee: { Username: string }; PermissionSet: { Name: string } }>(
    org,
    `SELECT Id, Assignee.Username, PermissionSet.Name FROM PermissionSetAssignment WHERE PermissionSet.Name IN (${sets.map((set) => `'${set}'`).join(', ')})`,
  );
  return [
    ...rows
      .slice(0, LISTED)
      .map(
        ({ Id, Assignee, PermissionSet }) =>
          `${Assignee.Username} holds ${PermissionSet.Name}: sf data delete record --target-org ${org} --sobject PermissionSetAssignment --record-id ${Id}`,
      ),
    ...(rows.length > LISTED ? [`… and ${rows.length - LISTED} more assignments of ${sets.join(', ')}`] : []),
  ];
}

/** A component on an active page, or a field that a layout, report or flow uses, cannot be deleted. */
async function dependents(org: string, members: readonly Member[]): Promise<string[]> {
  const used = members.filter(({ type }) => ['LightningComponentBundle', 'CustomField', 'ApexClass'].includes(type));
  const short = (name: string): string => (name.split('.').at(-1) ?? name).replace(/__c$/, '');
  if (used.length === 0) return [];
  const rows = await query<{
    MetadataComponentName: string;
    MetadataComponentType: string;
    RefMetadataComponentName: string;
  }>(
    org,
    `SELECT MetadataComponentName, MetadataComponentType, RefMetadataComponentName FROM MetadataComponentDependency WHERE RefMetadataComponentName IN (${used.map(({ name }) => `'${short(name)}'`).join(', ')})`,
    '--use-tooling-api',
  );
  const own = new Set(members.map(({ name }) => short(name)));
  return rows
    .filter(({ MetadataComponentName: name }) => !own.has(short(name)))
    .map(
      ({ MetadataComponentName: name, MetadataComponentType: type, RefMetadataComponentName: needed }) =>
        `the ${type} ${name} uses ${needed}: take it out there`,
    );
}

async function remove(org: string, members: readonly Member[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'roll-back-'));
  try {
    writeFileSync(join(folder, 'package.xml'), manifestXml([], API_VERSION));
    writeFileSync(join(folder, 'destructiveChanges.xml'), manifestXml(members, API_VERSION));
    const { status, result, message } = await sf([
      ...['project', 'deploy', 'start', '--target-org', org, '--wait', '60'],
      ...['--manifest', join(folder, 'package.xml')],
      ...['--post-destructive-changes', join(folder, 'destructiveChanges.xml')],
      ...(values['dry-run'] ? ['--dry-run'] : []),
    ]);
    if (status !== 0) throw new Refusal(failureLines(result as DeployResult | undefined, message).join('\n'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
