import { REDIRECT_PROOF_PERMISSION, type SalesforceId } from '@file-migration/config';
import { z } from 'zod';
import { OrgError, type OrgClient } from '../org/org-client.ts';
import type { SignedInUser } from '../sign-in/session.ts';
import { TtlCache } from './ttl-cache.ts';

const REMEMBER_SECONDS = 30;
const MOST_REMEMBERED = 100;

const ROWS = z.object({ done: z.literal(true), records: z.array(z.record(z.string(), z.unknown())) });
const ID = /^[0-9A-Za-z]{15,18}$/;

/** Asks the org, as the user, whether they hold the custom permission of the user who writes links. */
export class MigratorPermission {
  readonly #org: OrgClient;
  readonly #host: string;
  readonly #path: string;
  readonly #remembered = new TtlCache<boolean>(REMEMBER_SECONDS, MOST_REMEMBERED);

  constructor(org: OrgClient, orgUrl: string, apiVersion: string) {
    this.#org = org;
    this.#host = new URL(orgUrl).host;
    this.#path = `/services/data/v${apiVersion}/query?q=`;
  }

  /** @throws OrgError when the org gives no clear answer */
  async isHeldBy({ userId, accessToken }: SignedInUser): Promise<boolean> {
    return this.#remembered.get(`${userId} ${accessToken}`, () => this.#ask(userId, accessToken));
  }

  async #ask(userId: SalesforceId, accessToken: string): Promise<boolean> {
    const ids = (soql: string, field: string): Promise<string[]> => this.#ids(soql, field, accessToken);
    const sets = await ids(
      `SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '${userId}'`,
      'PermissionSetId',
    );
    const permissions = await ids(
      `SELECT Id FROM CustomPermission WHERE DeveloperName = '${REDIRECT_PROOF_PERMISSION}'`,
      'Id',
    );
    if (sets.length === 0 || permissions.length === 0) return false;
    const grants = await ids(
      `SELECT Id FROM SetupEntityAccess WHERE ParentId IN (${quoted(sets)}) AND SetupEntityId IN (${quoted(permissions)})`,
      'Id',
    );
    return grants.length > 0;
  }

  /** A user without a right to read what is set up holds none of the migration either. */
  async #ids(soql: string, field: string, accessToken: string): Promise<string[]> {
    const { status, json } = await this.#org.get(this.#path + encodeURIComponent(soql), accessToken);
    if (status === 400 || status === 403) return [];
    const rows = status === 200 ? ROWS.safeParse(json).data : undefined;
    if (rows === undefined) throw new OrgError(`STATUS_${status}`, this.#host);
    return rows.records.map((row) => String(row[field])).filter((id) => ID.test(id));
  }
}

function quoted(ids: readonly string[]): string {
  return ids.map((id) => `'${id}'`).join(', ');
}
