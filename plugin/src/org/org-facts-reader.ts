import { organizationId } from '@file-migration/config';
import { dataPath, servedVersions, type OrgClient } from './client.ts';
import { describeObject, findField } from './object-description.ts';
import type {
  DeployedFacts,
  FieldFacts,
  FieldSetting,
  ObjectDescription,
  OrganizationFacts,
  OrgFacts,
  OrgLimit,
} from './org-facts.ts';
import type { DocumentNames, OrgNames } from './port.ts';
import { fewRows } from './rest-query.ts';
import { textOf } from './row.ts';
import { readAssignments, readObjectPermissions, readUser, runningUser } from './running-user.ts';
import { soqlList, soqlText } from './soql.ts';
import { mapAvailable, attempt } from '../model/available.ts';

/** The External Client App of `force-app/redirect-app`. */
const APP = 'File_Migration_Redirect';
/** Our metadata, by its names in force-app; the users' own permission set has the name that the config gives it. */
export const PERMISSION_SETS = ['File_Migration_Admin', 'File_Migration_Viewer', 'File_Migration_Integration'];
export const PANEL_OBJECTS = [
  'File_Migration_Run__c',
  'File_Migration_Account__c',
  'File_Migration_Error__c',
  'File_Migration_Progress__e',
  'File_Migration_Setting__mdt',
  'File_Migration_Link_Setting__mdt',
  'File_Migration_Milestone__mdt',
];

/** Asks the org all that `doctor` wants to know: about a dozen API calls. Only an org that answers nothing throws. */
export async function readOrgFacts(client: OrgClient, names: OrgNames): Promise<OrgFacts> {
  const versions = await servedVersions(client);
  const clock = await client.serverTime();
  const { object: objectName } = names.document;
  const { userId } = await runningUser(client);
  const assignments = await attempt(() => readAssignments(client, userId));
  const object = await attempt(() => describeObject(client, objectName));
  return {
    instanceUrl: client.session.instanceUrl,
    apiVersion: { used: client.session.apiVersion, newest: versions.at(-1) ?? client.session.apiVersion },
    clockSkewMs: Math.round(clock.server - clock.local),
    organization: await attempt(() => readOrganization(client)),
    user: await mapAvailable(assignments, (found) => readUser(client, userId, found, names.writerPermission)),
    object,
    fields: object.available ? fieldFacts(object.value, names.document) : [],
    objectPermissions: await mapAvailable(assignments, (found) => readObjectPermissions(client, objectName, found)),
    limits: await attempt(() => readLimits(client)),
    deployed: await readDeployed(client, names),
  };
}

async function readOrganization(client: OrgClient): Promise<OrganizationFacts> {
  const [row] = await fewRows(client, 'SELECT Id, Name, IsSandbox, InstanceName, OrganizationType FROM Organization');
  return {
    id: organizationId(textOf(row?.Id)),
    name: textOf(row?.Name),
    isSandbox: row?.IsSandbox === true,
    edition: textOf(row?.OrganizationType),
    instance: textOf(row?.InstanceName),
  };
}

/** `/limits` needs the permission View Setup. */
export async function readLimits(client: OrgClient): Promise<OrgLimit[]> {
  const path = dataPath(client.session.apiVersion, 'limits');
  const answer = (await client.json({ path })) as Record<string, { Max: number; Remaining: number }>;
  return Object.entries(answer).map(([name, { Max: max, Remaining: remaining }]) => ({ name, max, remaining }));
}

async function readDeployed(client: OrgClient, { document, guardRule }: OrgNames): Promise<DeployedFacts> {
  const guards = await attempt(() =>
    fewRows(
      client,
      `SELECT Active FROM ValidationRule WHERE ValidationName = ${soqlText(guardRule)} ` +
        `AND EntityDefinition.QualifiedApiName = ${soqlText(document.object)}`,
      'tooling/query',
    ),
  );
  return {
    guard: await mapAvailable(guards, ([rule]) =>
      Promise.resolve(rule === undefined ? 'absent' : rule.Active === true ? 'active' : 'inactive'),
    ),
    permissionSets: await attempt(async () => {
      const sets = await fewRows(client, `SELECT Name FROM PermissionSet WHERE Name IN ${soqlList(PERMISSION_SETS)}`);
      return sets.map((row) => textOf(row.Name));
    }),
    objects: await attempt(async () => {
      const path = dataPath(client.session.apiVersion, 'sobjects');
      const { sobjects } = (await client.json({ path })) as { sobjects: { name: string }[] };
      return sobjects.map(({ name }) => name).filter((name) => PANEL_OBJECTS.includes(name));
    }),
    appPolicies: await attempt(async () => {
      const rows = await fewRows(
        client,
        'SELECT PermittedUsersPolicyType FROM ExtlClntAppOauthPlcyCnfg ' +
          `WHERE ExternalClientApplication.DeveloperName = ${soqlText(APP)}`,
      );
      return rows.map((row) => textOf(row.PermittedUsersPolicyType));
    }),
  };
}

function fieldFacts(description: ObjectDescription, names: DocumentNames): FieldFacts[] {
  const settings: readonly FieldSetting[] = [
    'nameField',
    'urlField',
    'accountField',
    'externalIdField',
    'keyField',
    'originalUrlField',
  ];
  return settings.flatMap((setting) => {
    const name = names[setting];
    return name === null ? [] : [{ setting, name, field: findField(description, name) }];
  });
}
