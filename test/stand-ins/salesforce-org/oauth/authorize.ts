import type { User } from '../access/users.ts';
import { openRoute, type Answer, type Call, type Route } from '../http/router.ts';
import type { Org } from '../org.ts';
import type { OAuthClient } from './clients.ts';
import { loginPage, refusalPage } from './pages.ts';

/** Loopback addresses match on any port: RFC 8252, 7.3. */
function allowsRedirect(client: OAuthClient, redirectUri: string): boolean {
  if (client.redirectUris.includes(redirectUri)) return true;
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  if (url?.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return false;
  url.port = '';
  return client.redirectUris.includes(url.href);
}

/** Who sits at this browser: by the org's own cookie, by `login_hint`, or as the test said. */
function signedInUser(call: Call): User | undefined {
  const sid = /(?:^|;\s*)sid=([^;]+)/.exec(call.headers.cookie ?? '')?.[1];
  const session = sid === undefined ? undefined : call.org.sessions.find(decodeURIComponent(sid));
  if (session) return call.org.user(session.userId);
  const hint = call.url.searchParams.get('login_hint')?.toLowerCase();
  return call.org.users.find((user) => user.username.toLowerCase() === hint) ?? call.org.signedIn;
}

/** Whether the admin has approved this person for the app. */
export function isApproved(client: OAuthClient, user: User): boolean {
  return user.active && (client.permissionSet === undefined || user.permissionSets.includes(client.permissionSet));
}

/** The scopes to grant, or undefined when the app may not ask for one of them. */
function scopesFor(client: OAuthClient, asked: string | null): readonly string[] | undefined {
  const allowed = client.scopes ?? ['api', 'openid', 'refresh_token', 'id'];
  const scopes = asked?.split(/\s+/).filter(Boolean) ?? allowed;
  const known = [...allowed, ...(allowed.includes('refresh_token') ? ['offline_access'] : [])];
  return scopes.every((scope) => known.includes(scope)) ? scopes : undefined;
}

/** Nothing to consent to: admin-approved apps send the browser straight back. */
function authorize(call: Call): Answer {
  const { org, url } = call;
  const ask = (name: string): string | null => url.searchParams.get(name);
  const client = org.clients.find((candidate) => candidate.clientId === ask('client_id'));
  if (!client) return refusalPage('invalid_client_id', 'client identifier invalid');
  const redirectUri = ask('redirect_uri') ?? '';
  if (!allowsRedirect(client, redirectUri)) {
    return refusalPage('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  const back = (answer: Record<string, string>): Answer => {
    const target = new URL(redirectUri);
    const state = ask('state');
    for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
    if (state !== null) target.searchParams.set('state', state);
    return { status: 302, headers: { Location: target.href, 'Cache-Control': 'no-store' } };
  };
  const fail = (error: string, description: string): Answer => back({ error, error_description: description });
  if (ask('response_type') !== 'code') return fail('unsupported_response_type', 'response type not supported');
  const challenge = ask('code_challenge');
  if (challenge === null && client.clientSecret === undefined) {
    return fail('invalid_request', 'missing required code challenge');
  }
  if (challenge !== null && (ask('code_challenge_method') ?? 'S256') !== 'S256') {
    return fail('invalid_request', 'code challenge method not supported');
  }
  const scopes = scopesFor(client, ask('scope'));
  if (!scopes) return fail('invalid_scope', 'the requested scope is invalid, unknown, or malformed');
  const user = ask('prompt') === 'login' ? undefined : signedInUser(call);
  if (!user) {
    return ask('prompt') === 'none' ? fail('login_required', 'the user is not signed in') : loginPage(org, url);
  }
  if (!isApproved(client, user)) {
    return fail('OAUTH_APP_ACCESS_DENIED', 'user is not admin approved to access this app');
  }
  const code = org.codes.issue({
    userId: user.id,
    clientId: client.clientId,
    redirectUri,
    scopes,
    challenge: challenge ?? undefined,
    nonce: ask('nonce') ?? undefined,
    madeAt: org.now(),
  });
  return back({ code });
}

/** Signs somebody in at this browser, without a password: this is a simulation. */
function login({ org, url }: Call): Answer {
  const wanted = url.searchParams.get('user')?.toLowerCase();
  const user = org.users.find((candidate) => candidate.username.toLowerCase() === wanted);
  if (!user) return loginPage(org, new URL(backTo(org, url), org.url));
  const { token } = org.signIn(user);
  const cookie = `sid=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Lax`;
  return { status: 302, headers: { 'Set-Cookie': cookie, Location: backTo(org, url) } };
}

/** A place in this org, whatever the address says. */
function backTo(org: Org, url: URL): string {
  const place = url.searchParams.get('retURL') ?? '/';
  const target = URL.canParse(place, org.url) ? new URL(place, org.url) : undefined;
  return target?.origin === new URL(org.url).origin ? target.pathname + target.search : '/';
}

export const authorizeRoutes: readonly Route[] = [
  openRoute('GET', '/services/oauth2/authorize', 'oauth.authorize', authorize),
  openRoute('GET', '/stand-in/login', 'stand-in.login', login),
  openRoute('GET', '/stand-in/logout', 'stand-in.logout', () => ({
    status: 302,
    headers: { 'Set-Cookie': 'sid=; Path=/; Max-Age=0', Location: '/stand-in/login' },
  })),
];
