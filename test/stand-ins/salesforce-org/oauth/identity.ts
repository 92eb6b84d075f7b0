import type { User } from '../access/users.ts';
import { openRoute, sessionRoute, type Call, type Route } from '../http/router.ts';
import type { Org } from '../org.ts';

/** The address that names a user across Salesforce. */
export function identityUrl(org: Org, user: User): string {
  return `${org.url}/id/${org.orgId}/${user.id}`;
}

/** What OpenID tells about the user. */
export function userInfo(org: Org, user: User): Record<string, unknown> {
  const [given = '', ...family] = user.name.split(' ');
  return {
    sub: identityUrl(org, user),
    user_id: user.id,
    organization_id: org.orgId,
    preferred_username: user.username,
    nickname: user.username.split('@')[0],
    name: user.name,
    email: user.email,
    email_verified: true,
    given_name: given,
    family_name: family.join(' ') || given,
    zoneinfo: 'GMT',
    locale: 'en_US',
    language: 'en_US',
    active: user.active,
    user_type: user.userType.toUpperCase(),
    is_app_installed: true,
    urls: {
      rest: `${org.url}/services/data/v{version}/`,
      query: `${org.url}/services/data/v{version}/query/`,
      custom_domain: org.url,
    },
  };
}

/** An ended session is told so in a word of its own, as text under 403, and not as the rest of the API does. */
function answerUserInfo({ org, headers }: Call) {
  const user = org.userOf(headers.authorization);
  if (user !== undefined) return { status: 200, json: userInfo(org, user) };
  const word = headers.authorization === undefined ? 'Missing_OAuth_Token' : 'Bad_OAuth_Token';
  return { status: 403, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, bytes: Buffer.from(word) };
}

/** Who am I: for holders of a session, whether the API is on for them or not. */
export const identityRoutes: readonly Route[] = [
  openRoute('GET', '/services/oauth2/userinfo', 'oauth.userinfo', answerUserInfo),
  openRoute('POST', '/services/oauth2/userinfo', 'oauth.userinfo', answerUserInfo),
  sessionRoute('GET', '/id/:org/:user', 'oauth.identity', ({ org, user }) => ({
    status: 200,
    json: {
      id: identityUrl(org, user),
      asserted_user: true,
      username: user.username,
      display_name: user.name,
      ...userInfo(org, user),
    },
  })),
];
