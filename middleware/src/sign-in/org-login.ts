import { organizationId, parseSalesforceId, type OrganizationId, type SalesforceId } from '@file-migration/config';
import * as oidc from 'openid-client';
import { z } from 'zod';
import type { OrgClient } from '../org/org-client.ts';
import { troubleOf, type OrgTrouble } from '../org/org-trouble.ts';
import type { SignedInUser } from './session.ts';

/** Where the org sends browsers back to, below each of our addresses; the External Client App must list them. */
export const CALLBACK_PATH = '/sign-in/callback';

/** How the service is known to the org: its External Client App. */
export type OrgLoginOptions = {
  readonly org: OrgClient;
  readonly orgUrl: string;
  readonly orgId: OrganizationId;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutSeconds: number;
};

/** What one sign-in must remember until the browser comes back. */
export type LoginSecrets = { readonly nonce: string; readonly codeVerifier: string };

/** Why nobody was signed in. `no-access`: the org refuses this user; `app-refused`: it refuses the service itself. */
export type LoginFailure = 'refused' | 'no-access' | 'wrong-org' | 'app-refused';

export type LoginResult =
  | { readonly kind: 'signed-in'; readonly user: SignedInUser }
  | { readonly kind: LoginFailure; readonly detail: string }
  | OrgTrouble;

/** `openid` for the id token, `api` for the one query, and no refresh token: there is no place to keep one. */
const SCOPE = 'openid api';
const ORG_OUT_OF_ORDER = new Set(['server_error', 'temporarily_unavailable']);

const TOKEN_ANSWER = z.object({ access_token: z.string().min(1), id: z.string(), instance_url: z.string() });
const USER_INFO = z.object({ user_id: z.string(), organization_id: z.string(), user_type: z.string().optional() });

/**
 * The OAuth 2.0 web server flow with PKCE, state and nonce, against the one org that the service belongs to. Endpoints
 * are fixed at start, nothing is discovered, and no address from an answer is ever called.
 */
export class OrgLogin {
  readonly #options: OrgLoginOptions;
  readonly #configuration: oidc.Configuration;

  constructor(options: OrgLoginOptions) {
    this.#options = options;
    const at = (path: string): string => options.orgUrl + path;
    this.#configuration = new oidc.Configuration(
      {
        issuer: options.orgUrl,
        authorization_endpoint: at('/services/oauth2/authorize'),
        token_endpoint: at('/services/oauth2/token'),
        userinfo_endpoint: at('/services/oauth2/userinfo'),
        revocation_endpoint: at('/services/oauth2/revoke'),
      },
      options.clientId,
      undefined,
      oidc.ClientSecretPost(options.clientSecret),
    );
    // the client gives up in time by itself, and knows the proxy, the code of a failure and where the org has moved
    this.#configuration.timeout = 2 * options.timeoutSeconds;
    this.#configuration[oidc.customFetch] = throughOrgClient(options.org);
    // the environment allows plain http on loopback only
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to make it stand out, not to be removed
    if (options.orgUrl.startsWith('http:')) oidc.allowInsecureRequests(this.#configuration);
  }

  /** What a new sign-in must remember. */
  newSecrets(): LoginSecrets {
    return { nonce: oidc.randomNonce(), codeVerifier: oidc.randomPKCECodeVerifier() };
  }

  /**
   * Where to send the browser.
   * @param ownUrl the address of ours that it comes back to: cookies belong to one
   */
  async authorizationUrl(state: string, { nonce, codeVerifier }: LoginSecrets, ownUrl: string): Promise<string> {
    return oidc.buildAuthorizationUrl(this.#configuration, {
      redirect_uri: ownUrl + CALLBACK_PATH,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    }).href;
  }

  /**
   * Exchanges the code for a token and learns who it belongs to.
   * @param query what the browser came back with, as it stood in the address; whose state it is has been looked at
   */
  async finish(query: URLSearchParams, secrets: LoginSecrets, ownUrl: string): Promise<LoginResult> {
    const url = new URL(ownUrl + CALLBACK_PATH);
    url.search = query.toString();
    try {
      const answer = await oidc.authorizationCodeGrant(this.#configuration, url, {
        expectedState: query.get('state') ?? '',
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
      });
      return await this.#userOf(TOKEN_ANSWER.parse(answer), answer.claims()?.sub ?? '');
    } catch (error) {
      return failureOf(error);
    }
  }

  /**
   * Whose token this is, by the org's own word.
   * @returns undefined when the org does not know the token, or it belongs to another org
   * @throws when the org does not answer as it should
   */
  async userOfToken(accessToken: string): Promise<SignedInUser | undefined> {
    const { status, json } = await this.#options.org.get('/services/oauth2/userinfo', accessToken);
    // the org says 403 Bad_OAuth_Token as well as 401
    if (status === 401 || status === 403) return undefined;
    if (status !== 200) throw new Error(`userinfo answered ${status}`);
    const info = USER_INFO.parse(json);
    if (parseSalesforceId(info.organization_id) !== this.#options.orgId) return undefined;
    const userId = parseSalesforceId(info.user_id);
    return userId === undefined ? undefined : { userId, external: isExternal(info.user_type), accessToken };
  }

  /** Makes a token worthless; failing to is no reason to keep somebody signed in here. */
  async revoke(accessToken: string): Promise<void> {
    await oidc.tokenRevocation(this.#configuration, accessToken);
  }

  async #userOf(answer: z.infer<typeof TOKEN_ANSWER>, subject: string): Promise<LoginResult> {
    const { orgUrl, orgId } = this.#options;
    const identity = identityOf(answer.id);
    if (identity?.orgId !== orgId) {
      return { kind: 'wrong-org', detail: 'the token belongs to another org' };
    }
    const instance = URL.parse(answer.instance_url);
    if (instance?.origin !== orgUrl) {
      return { kind: 'org-moved', detail: `the org calls itself ${instance?.host ?? 'nothing'}; see REDIRECT_ORG_URL` };
    }
    if (identityOf(subject)?.userId !== identity.userId) {
      return { kind: 'wrong-org', detail: 'the id token belongs to somebody else' };
    }
    const user = await this.userOfToken(answer.access_token);
    return user?.userId === identity.userId
      ? { kind: 'signed-in', user }
      : { kind: 'wrong-org', detail: 'userinfo names somebody else' };
  }
}

/** `https://…/id/{org}/{user}`, where the org says who a token belongs to. */
function identityOf(url: string): { orgId: OrganizationId; userId: SalesforceId } | undefined {
  const [, org = '', user = ''] = /\/id\/([0-9A-Za-z]{15,18})\/([0-9A-Za-z]{15,18})$/.exec(url) ?? [];
  const userId = parseSalesforceId(user);
  if (parseSalesforceId(org) === undefined || userId === undefined) return undefined;
  try {
    return { orgId: organizationId(org), userId };
  } catch {
    return undefined;
  }
}

/** Only STANDARD users are staff; a type that the org does not say is not taken for one. */
function isExternal(userType: string | undefined): boolean {
  return userType?.toUpperCase() !== 'STANDARD';
}

function failureOf(error: unknown): LoginResult {
  if (error instanceof oidc.AuthorizationResponseError) {
    const detail = `the org answered ${error.error.slice(0, 60)}`;
    return { kind: ORG_OUT_OF_ORDER.has(error.error) ? 'org-trouble' : 'no-access', detail };
  }
  if (error instanceof oidc.ResponseBodyError) {
    // anything but a code it does not take means that the app itself is set up wrongly: a secret rotated, a callback
    // address not listed
    const kind = error.error === 'invalid_grant' ? 'refused' : 'app-refused';
    return { kind, detail: `the org answered ${error.error}` };
  }
  if (error instanceof oidc.ClientError && error.code === 'OAUTH_INVALID_RESPONSE') {
    return { kind: 'refused', detail: 'state, nonce or id token do not fit' };
  }
  return troubleOf(error);
}

/** Statuses that a Response may not have a body with. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

function throughOrgClient(org: OrgClient): oidc.CustomFetch {
  return async (url, { method, headers, body }) => {
    const { pathname, search } = new URL(url);
    const answer = await org.send({
      method: method === 'POST' ? 'POST' : 'GET',
      path: pathname + search,
      headers,
      body: body instanceof URLSearchParams || typeof body === 'string' ? body.toString() : undefined,
    });
    const contentType = answer.headers['content-type'];
    return new Response(WITHOUT_BODY.has(answer.status) ? null : answer.text, {
      status: answer.status,
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    });
  };
}
