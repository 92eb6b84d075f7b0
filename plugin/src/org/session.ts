import type { Connection } from '@salesforce/core';
import { Failure } from '../model/failure.ts';

/** What a request needs to know about who it speaks for. The access token changes after a refresh: read it each time. */
export type OrgSession = {
  /** Origin of the org, such as `https://acme.my.salesforce.com`. */
  readonly instanceUrl: string;
  /** Such as `68.0`. */
  readonly apiVersion: string;
  accessToken(): string;
  /** Gets a new access token. Throws a Failure of class `stop` when only a person can sign in again. */
  refresh(): Promise<void>;
};

/** The session of an org that sf knows: `orgSession(org.getConnection())`. */
export function orgSession(connection: Connection): OrgSession {
  const username = connection.getUsername();
  return {
    instanceUrl: originOf(connection.instanceUrl),
    apiVersion: connection.getApiVersion(),
    accessToken: () => connection.accessToken ?? '',
    refresh: async () => {
      try {
        await connection.refreshAuth();
      } catch (error) {
        throw sessionExpired(username, error);
      }
    },
  };
}

/** A session with an access token that nobody can refresh. */
export function tokenSession(options: { instanceUrl: string; accessToken: string; apiVersion: string }): OrgSession {
  return {
    instanceUrl: originOf(options.instanceUrl),
    apiVersion: options.apiVersion,
    accessToken: () => options.accessToken,
    refresh: () => Promise.reject(sessionExpired(undefined, undefined)),
  };
}

export function sessionExpired(username: string | undefined, cause: unknown): Failure {
  const who = username === undefined ? 'The session' : `The session of ${username}`;
  return new Failure(`${who} has expired, and it could not be renewed without you.`, {
    code: 'session-expired',
    actions: [`sf org login web${username === undefined ? '' : ` --username ${username}`}`],
    cause,
  });
}

/** sf keeps instance URLs with a slash at the end, and some with a path. */
function originOf(instanceUrl: string): string {
  return new URL(instanceUrl).origin;
}
