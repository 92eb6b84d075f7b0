import { sessionExpired, type OrgSession } from '../../../plugin/src/org/session.ts';
import type { SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';

export const INTEGRATION_USER = 'integration@file-migration.example';

/** A session in a simulated org; apart from the world that starts one, so that another process need not load that. */
export function sessionOf(
  standIn: SalesforceOrg,
  username: string,
  renewable: boolean,
  apiVersion: string,
): OrgSession {
  let token = standIn.accessTokens[username] ?? '';
  return {
    instanceUrl: standIn.url,
    apiVersion,
    accessToken: () => token,
    refresh: () => {
      if (!renewable) return Promise.reject(sessionExpired(username, undefined));
      token = standIn.signIn(username);
      return Promise.resolve();
    },
  };
}
