import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { User } from '../access/users.ts';
import type { Session } from '../oauth/sessions.ts';
import type { Org } from '../org.ts';

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly html?: string;
  readonly bytes?: Buffer;
  readonly stream?: Readable;
};

export type Call = {
  readonly org: Org;
  readonly method: string;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** 68 for /services/data/v68.0; 0 outside of versioned paths. */
  readonly version: number;
  body(): Promise<Buffer>;
  /** The parsed JSON body; throws JSON_PARSER_ERROR. */
  json(): Promise<unknown>;
  /** The body as it arrives, for uploads. */
  upload(): Readable;
};
export type SessionCall = Call & { readonly user: User; readonly session: Session };

export type Route = {
  readonly method: string;
  readonly pattern: RegExp;
  /** The operation's name in fault rules and in the request log. */
  readonly name: string;
  /** An API call is counted, wants the API to be on, and can meet the limit. */
  readonly api: boolean;
  readonly answer: (call: Call) => Answer | Promise<Answer>;
};

type Handler<C extends Call> = (call: C) => Answer | Promise<Answer>;

/** A route under /services/data/vNN.0 that wants a session. `:name` matches one segment, `*name` the rest. */
export function apiRoute(method: string, path: string, name: string, handle: Handler<SessionCall>): Route {
  return routeWithSession({ method, path: `/services/data/v:version.0${path}`, name, api: true }, handle);
}

/** A route that wants a session but is no API call. */
export function sessionRoute(method: string, path: string, name: string, handle: Handler<SessionCall>): Route {
  return routeWithSession({ method, path, name, api: false }, handle);
}

function routeWithSession(
  { method, path, name, api }: Pick<Route, 'method' | 'name' | 'api'> & { readonly path: string },
  handle: Handler<SessionCall>,
): Route {
  const answer = (call: Call): Answer | Promise<Answer> => handle({ ...call, ...call.org.authenticate(call, api) });
  return { method, pattern: patternOf(path), name, api, answer };
}

export function openRoute(method: string, path: string, name: string, handle: Handler<Call>): Route {
  return { method, pattern: patternOf(path), name, api: false, answer: handle };
}

export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | { allowed: string[] } {
  const allowed: string[] = [];
  for (const route of routes) {
    const match = route.pattern.exec(path);
    if (!match) continue;
    if (route.method === method || (method === 'HEAD' && route.method === 'GET')) {
      return { route, params: decoded(match.groups ?? {}) };
    }
    allowed.push(route.method);
  }
  return { allowed };
}

function patternOf(path: string): RegExp {
  const source = path
    .replaceAll('.', '\\.')
    .replaceAll(/:version/g, '(?<version>\\d+)')
    .replaceAll(/\/:(\w+)/g, '/(?<$1>[^/]+)')
    .replaceAll(/\/\*(\w+)/g, '/(?<$1>.+)');
  return new RegExp(`^${source}/?$`, 'i');
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}
