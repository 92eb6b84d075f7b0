import type { Connection } from '@salesforce/core';
import { Failure } from '../model/failure.ts';
import { lostAnswer, networkCode, presentable } from './refusal.ts';

/** What a request needs to know about who it speaks for. Address and access token change: read them each time. */
export type OrgSession = {
  /** Origin of the org, such as `https://acme.my.salesforce.com`; another one after a refresh that says the org has moved. */
  readonly instanceUrl: string;
  /** Such as `68.0`. */
  readonly apiVersion: string;
  accessToken(): string;
  /**
   * Gets a new access token by one token request, which the signal ends.
   * @throws Failure of class `stop` when only a person can sign in again, of class `retry` when nobody answered
   */
  refresh(signal?: AbortSignal): Promise<void>;
};

/**
 * The session of an org that sf knows. The token request is sf's own (its locks, its files, its rotation of refresh
 * tokens), asked once: `Connection.refreshAuth()` logs in again for as long as the org refuses what it has just given.
 */
export function orgSession(connection: Connection): OrgSession {
  const authInfo = connection.getAuthInfo();
  const username = authInfo.isAccessTokenFlow() ? undefined : connection.getUsername();
  return {
    get instanceUrl() {
      return originOf(authInfo.getFields().instanceUrl ?? connection.instanceUrl);
    },
    apiVersion: connection.getApiVersion(),
    accessToken: () => connection.accessToken ?? '',
    refresh: async (signal) => {
      const { refreshFn } = authInfo.getConnectionOptions();
      if (refreshFn === undefined) throw sessionExpired(username, undefined);
      try {
        const token = await orAborted(
          new Promise<string>((resolve, reject) => {
            // what it throws itself comes through the callback as well
            void refreshFn(connection, (error, accessToken) => {
              if (error !== null || accessToken === undefined) reject(error ?? new Error('no access token came'));
              else resolve(accessToken);
              return Promise.resolve();
            });
          }),
          signal,
        );
        connection.accessToken = token;
      } catch (error) {
        signal?.throwIfAborted();
        throw refreshRefused(username, error);
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
  const why = cause instanceof Error ? ` Salesforce says: ${presentable(cause.message)}` : '';
  return new Failure(`${whose(username)} has expired, and it could not be renewed without you.${why}`, {
    code: 'session-expired',
    failureClass: 'stop',
    actions: [logInAgain(username)],
    cause,
  });
}

/** A refresh that Salesforce refused says why; one that was not answered may work a moment later. */
function refreshRefused(username: string | undefined, error: unknown): Failure {
  if (networkCode(error) !== undefined) return lostAnswer(error, 'the request for a new access token').failure;
  const reason = presentable(innermost(error)) || 'no reason given';
  return new Failure(`${whose(username)} has ended, and Salesforce refused to renew it: ${reason}`, {
    code: 'session-expired',
    failureClass: 'stop',
    actions: remedies(reason, username),
    cause: error,
  });
}

function remedies(reason: string, username: string | undefined): readonly string[] {
  if (/ip.restricted/i.test(reason)) {
    return [
      'Let this machine’s address pass: Setup > Network Access, or Login IP Ranges of the integration user’s profile',
      'Or relax IP restrictions in the policies of the app that sf logs in with',
    ];
  }
  if (/blocked|app_access|admin.approved/i.test(reason)) {
    return [
      'Let an administrator approve the app that sf logs in with for this user: Setup > Connected Apps OAuth Usage',
      logInAgain(username),
    ];
  }
  if (/inactive|locked/i.test(reason)) return ['Activate or unlock the integration user in Setup > Users'];
  return [logInAgain(username)];
}

function logInAgain(username: string | undefined): string {
  return `sf org login web${username === undefined ? '' : ` --username ${username}`}`;
}

function whose(username: string | undefined): string {
  return username === undefined ? 'The session' : `The session of ${username}`;
}

/** sf wraps what the token endpoint said; the first cause has it. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  // the loser of the race must not become an unhandled rejection
  work.catch(() => undefined);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** sf keeps instance URLs with a slash at the end, and some with a path. */
function originOf(instanceUrl: string): string {
  return new URL(instanceUrl).origin;
}
