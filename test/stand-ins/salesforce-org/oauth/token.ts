import { createHmac, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { User } from '../access/users.ts';
import { openRoute, type Answer, type Call, type Route } from '../http/router.ts';
import { isApproved } from './authorize.ts';
import type { OAuthClient } from './clients.ts';
import { answersChallenge } from './codes.ts';
import { identityUrl } from './identity.ts';

function refusal(error: string, description: string, status = 400): Answer {
  return { status, json: { error, error_description: description } };
}

export async function formOf(call: Call): Promise<URLSearchParams> {
  return new URLSearchParams((await call.body()).toString('utf8'));
}

/** The app that calls, by Basic header or form; undefined when unknown, its secret wrong, or missing where `proof` is wanted. */
export function clientOf(call: Call, form: URLSearchParams, proof: boolean): OAuthClient | undefined {
  const basic = /^Basic (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic
    ? Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent)
    : [];
  const id = basicId ?? form.get('client_id');
  const secret = basicSecret ?? form.get('client_secret') ?? undefined;
  const client = call.org.clients.find((candidate) => candidate.clientId === id);
  if (!client || (secret !== undefined && secret !== client.clientSecret)) return undefined;
  return proof && client.clientSecret !== undefined && secret === undefined ? undefined : client;
}

type Granted = {
  readonly scopes: readonly string[];
  readonly refreshToken?: string;
  readonly nonce?: string | undefined;
};

async function tokenAnswer(
  call: Call,
  client: OAuthClient,
  user: User,
  { scopes, refreshToken, nonce }: Granted,
): Promise<Answer> {
  const { org } = call;
  const session = org.sessions.open({ userId: user.id, clientId: client.clientId, scopes });
  const id = identityUrl(org, user);
  const issuedAt = String(session.issuedAt);
  const signature = createHmac('sha256', client.clientSecret ?? '')
    .update(id + issuedAt)
    .digest('base64');
  const idToken = scopes.includes('openid')
    ? { id_token: await org.idTokens.sign(user, client.clientId, session.token, nonce) }
    : {};
  return {
    status: 200,
    headers: { 'Cache-Control': 'no-store' },
    json: {
      access_token: session.token,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      ...idToken,
      signature,
      scope: scopes.join(' '),
      instance_url: org.url,
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
    },
  };
}

async function byCode(call: Call, form: URLSearchParams): Promise<Answer> {
  const { org } = call;
  const client = clientOf(call, form, true);
  if (!client) return refusal('invalid_client', 'invalid client credentials', 401);
  const code = org.codes.redeem(form.get('code') ?? '', org.now());
  if (code?.clientId !== client.clientId) return refusal('invalid_grant', 'expired authorization code');
  if (code.redirectUri !== form.get('redirect_uri')) {
    return refusal('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  if (code.challenge !== undefined && !answersChallenge(form.get('code_verifier') ?? undefined, code.challenge)) {
    return refusal('invalid_grant', 'invalid code verifier');
  }
  const user = org.user(code.userId);
  const { scopes } = code;
  const refreshable = scopes.includes('refresh_token') || scopes.includes('offline_access');
  const refresh = refreshable
    ? { refreshToken: org.sessions.openRefresh({ userId: user.id, clientId: client.clientId, scopes }) }
    : {};
  return tokenAnswer(call, client, user, { scopes, nonce: code.nonce, ...refresh });
}

async function byRefreshToken(call: Call, form: URLSearchParams): Promise<Answer> {
  const client = clientOf(call, form, false);
  if (!client) return refusal('invalid_client', 'invalid client credentials', 401);
  const grant = call.org.sessions.findRefresh(form.get('refresh_token') ?? '');
  if (grant?.clientId !== client.clientId) return refusal('invalid_grant', 'expired access/refresh token');
  const user = call.org.user(grant.userId);
  if (!user.active) return refusal('inactive_user', 'user is inactive');
  return tokenAnswer(call, client, user, { scopes: grant.scopes });
}

/** RFC 7523; the sf CLI writes `exp` in milliseconds, which is far in the future either way. */
async function byJwt(call: Call, form: URLSearchParams): Promise<Answer> {
  const { org } = call;
  const assertion = form.get('assertion') ?? '';
  const issuer = claimOf(assertion, 'iss');
  const client = org.clients.find((candidate) => candidate.clientId === issuer);
  if (!client?.publicKey) return refusal('invalid_client_id', 'client identifier invalid');
  try {
    const { payload } = await jwtVerify(assertion, keyOf(client.publicKey), {
      issuer: client.clientId,
      audience: [org.url, `${org.url}/`, 'https://login.salesforce.com', 'https://test.salesforce.com'],
      algorithms: ['RS256'],
    });
    const user = org.users.find((candidate) => candidate.username.toLowerCase() === payload.sub?.toLowerCase());
    if (!user || !isApproved(client, user)) return refusal('invalid_grant', "user hasn't approved this consumer");
    return await tokenAnswer(call, client, user, { scopes: client.scopes ?? ['api'] });
  } catch (error) {
    org.warn(`JWT refused: ${error instanceof Error ? error.message : String(error)}`);
    return refusal('invalid_grant', 'invalid assertion');
  }
}

function claimOf(jwt: string, claim: string): unknown {
  try {
    const payload = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
    return payload[claim];
  } catch {
    return undefined;
  }
}

function keyOf(pem: string): KeyObject {
  return pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

async function byClientCredentials(call: Call, form: URLSearchParams): Promise<Answer> {
  const client = clientOf(call, form, true);
  if (!client?.clientSecret) return refusal('invalid_client', 'invalid client credentials', 401);
  if (client.runAs === undefined) return refusal('invalid_grant', 'no client credentials user enabled');
  return tokenAnswer(call, client, call.org.user(client.runAs), { scopes: client.scopes ?? ['api'] });
}

async function answerToken(call: Call): Promise<Answer> {
  const form = await formOf(call);
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return byCode(call, form);
    case 'refresh_token':
      return byRefreshToken(call, form);
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
      return byJwt(call, form);
    case 'client_credentials':
      return byClientCredentials(call, form);
    default:
      return refusal('unsupported_grant_type', 'grant type not supported');
  }
}

/** RFC 7662. */
async function answerIntrospect(call: Call): Promise<Answer> {
  const { org } = call;
  const form = await formOf(call);
  const client = clientOf(call, form, true);
  if (!client) return refusal('invalid_client', 'invalid client credentials', 401);
  const session = org.sessions.find(form.get('token') ?? '');
  if (!session) return { status: 200, json: { active: false } };
  const user = org.user(session.userId);
  const seconds = (time: number): number => Math.floor(time / 1000);
  return {
    status: 200,
    json: {
      active: true,
      scope: session.scopes.join(' '),
      client_id: session.clientId ?? 'session',
      username: user.username,
      sub: identityUrl(org, user),
      token_type: 'access_token',
      exp: seconds(session.expiresAt),
      iat: seconds(session.issuedAt),
      nbf: seconds(session.issuedAt),
    },
  };
}

async function answerRevoke(call: Call): Promise<Answer> {
  const token = call.method === 'GET' ? call.url.searchParams.get('token') : (await formOf(call)).get('token');
  if (call.org.sessions.revoke(token ?? '')) return { status: 200 };
  return refusal('unsupported_token_type', 'this token type is not supported');
}

export const tokenRoutes: readonly Route[] = [
  openRoute('POST', '/services/oauth2/token', 'oauth.token', answerToken),
  openRoute('POST', '/services/oauth2/introspect', 'oauth.introspect', answerIntrospect),
  openRoute('POST', '/services/oauth2/revoke', 'oauth.revoke', answerRevoke),
  openRoute('GET', '/services/oauth2/revoke', 'oauth.revoke', answerRevoke),
];
