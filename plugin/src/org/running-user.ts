import { organizationId, type OrganizationId } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import { dataPath, type OrgClient } from './client.ts';
import type { ObjectPermissions, UserFacts } from './org-facts.ts';
import type { Row } from './port.ts';
import { fewRows } from './rest-query.ts';
import { textOf } from './row.ts';
import { soqlList, soqlText } from './soql.ts';
import { attempt } from '../model/available.ts';

type RunningUser = { readonly userId: string; readonly organizationId: OrganizationId };

/**
 * Who the session speaks for; costs no API call where the token may ask for its user. A token whose app lacks that scope
 * (`openid` or `id`) is refused there, though all of REST works: then the API's own root says it, for one call.
 */
export async function runningUser(client: OrgClient): Promise<RunningUser> {
  try {
    const info = (await client.json({ path: '/services/oauth2/userinfo' })) as {
      user_id: string;
      organization_id: string;
    };
    return { userId: info.user_id, organizationId: organizationId(info.organization_id) };
  } catch (error) {
    if (!(error instanceof Failure) || error.failureClass !== 'stop' || error.code === 'org-moved') throw error;
    return await userOfApi(client, error);
  }
}

/** `identity` ends in the two ids: `https://login.salesforce.com/id/00D…/005…`. */
async function userOfApi(client: OrgClient, refused: Failure): Promise<RunningUser> {
  const root = (await client.json({ path: dataPath(client.session.apiVersion, '') })) as { identity?: string };
  const [, organization, user] = /\/id\/(00D\w{12,15})\/(005\w{12,15})/.exec(root.identity ?? '') ?? [];
  if (organization === undefined || user === undefined) throw refused;
  return { userId: user, organizationId: organizationId(organization) };
}

/** A permission set that the user has, be it of their profile, one of a group, or one assigned to them. */
export type Assignment = { readonly id: string; readonly set: Row };

export async function readAssignments(client: OrgClient, userId: string): Promise<Assignment[]> {
  const permissions = ['ApiEnabled', 'ViewSetup', 'ViewAllData', 'ModifyAllData'];
  const fields = ['Name', 'IsOwnedByProfile', ...permissions.map((name) => `Permissions${name}`)];
  const rows = await fewRows(
    client,
    `SELECT PermissionSetId, ${fields.map((field) => `PermissionSet.${field}`).join(', ')} ` +
      `FROM PermissionSetAssignment WHERE AssigneeId = ${soqlText(userId)}`,
  );
  return rows.map((row) => ({ id: textOf(row.PermissionSetId), set: row.PermissionSet as Row }));
}

export async function readUser(
  client: OrgClient,
  userId: string,
  assignments: readonly Assignment[],
  writerPermission: string,
): Promise<UserFacts> {
  const [user] = await fewRows(client, `SELECT Username FROM User WHERE Id = ${soqlText(userId)}`);
  const has = (permission: string): boolean => assignments.some(({ set }) => set[`Permissions${permission}`] === true);
  return {
    id: userId,
    username: textOf(user?.Username),
    apiEnabled: has('ApiEnabled'),
    viewSetup: has('ViewSetup'),
    viewAllData: has('ViewAllData'),
    modifyAllData: has('ModifyAllData'),
    writer: await attempt(() => holdsPermission(client, assignments, writerPermission)),
    licenses: await attempt(() => readLicenses(client, userId)),
    permissionSets: assignments.filter(({ set }) => set.IsOwnedByProfile !== true).map(({ set }) => textOf(set.Name)),
  };
}

/** Needs View Setup. */
async function readLicenses(client: OrgClient, userId: string) {
  const id = soqlText(userId);
  const [user] = await fewRows(client, `SELECT Profile.UserLicense.Name FROM User WHERE Id = ${id}`);
  const sets = await fewRows(
    client,
    `SELECT PermissionSetLicense.DeveloperName FROM PermissionSetLicenseAssign WHERE AssigneeId = ${id}`,
  );
  const profile = user?.Profile as Row | undefined;
  return {
    user: textOf((profile?.UserLicense as Row | undefined)?.Name),
    sets: sets.map((row) => textOf((row.PermissionSetLicense as Row | undefined)?.DeveloperName)),
  };
}

async function holdsPermission(
  client: OrgClient,
  assignments: readonly Assignment[],
  developerName: string,
): Promise<boolean> {
  const permissions = await fewRows(
    client,
    `SELECT Id FROM CustomPermission WHERE DeveloperName = ${soqlText(developerName)}`,
  );
  if (permissions.length === 0 || assignments.length === 0) return false;
  const grants = await fewRows(
    client,
    `SELECT Id FROM SetupEntityAccess WHERE ParentId IN ${idsOf(assignments)} ` +
      `AND SetupEntityId IN ${soqlList(permissions.map((row) => textOf(row.Id)))}`,
  );
  return grants.length > 0;
}

export async function readObjectPermissions(
  client: OrgClient,
  object: string,
  assignments: readonly Assignment[],
): Promise<ObjectPermissions> {
  const grants =
    assignments.length === 0
      ? []
      : await fewRows(
          client,
          'SELECT PermissionsRead, PermissionsEdit, PermissionsViewAllRecords, PermissionsModifyAllRecords ' +
            `FROM ObjectPermissions WHERE SobjectType = ${soqlText(object)} AND ParentId IN ${idsOf(assignments)}`,
        );
  const granted = (permission: string): boolean => grants.some((grant) => grant[`Permissions${permission}`] === true);
  const user = (permission: string): boolean => assignments.some(({ set }) => set[`Permissions${permission}`] === true);
  const modifyAll = granted('ModifyAllRecords') || user('ModifyAllData');
  const viewAll = modifyAll || granted('ViewAllRecords') || user('ViewAllData');
  return { read: viewAll || granted('Read'), edit: modifyAll || granted('Edit'), viewAll, modifyAll };
}

function idsOf(assignments: readonly Assignment[]): string {
  return soqlList(assignments.map(({ id }) => id));
}
