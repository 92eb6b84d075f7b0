import { openRoute, type Route } from './http/router.ts';

/** For people and tests in another process: who is here, what was asked, what was published. Not of Salesforce. */
export const controlRoutes: readonly Route[] = [
  openRoute('GET', '/', 'stand-in.home', () => ({ status: 302, headers: { Location: '/stand-in/login' } })),
  openRoute('GET', '/stand-in/users', 'stand-in.users', ({ org }) => ({
    status: 200,
    json: org.users.map((user) => ({
      id: user.id,
      username: user.username,
      profile: user.profile,
      apiEnabled: user.apiEnabled,
      accessToken: org.signIn(user).token,
    })),
  })),
  openRoute('GET', '/stand-in/requests', 'stand-in.requests', ({ org }) => ({
    status: 200,
    json: {
      counts: Object.fromEntries(org.requests.counts),
      newest: org.requests.newest.slice(-100),
      unknown: org.requests.unknown,
    },
  })),
  openRoute('GET', '/stand-in/events', 'stand-in.events', ({ org, url }) => ({
    status: 200,
    json: org.events.since(Number(url.searchParams.get('after') ?? 0), url.searchParams.get('object') ?? undefined),
  })),
];
