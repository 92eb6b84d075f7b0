import type { Request, RequestHandler } from 'express';
import type { Cookies } from '../sign-in/cookies.ts';

const COOKIE = 'moved';
/** Longer than two instances that disagree take to send a browser to one another. */
const COOKIE_SECONDS = 10;

/** The addresses that the service is known by, as the configuration says; a request's word only chooses among them. */
export class OwnAddresses {
  readonly #publicUrl: string;
  readonly #byHost: ReadonlyMap<string, string>;

  constructor(publicUrl: string, formerUrls: readonly string[]) {
    this.#publicUrl = publicUrl;
    this.#byHost = new Map([...formerUrls, publicUrl].map((url) => [new URL(url).host, url]));
  }

  /** The one that a request came by; the present one when it names none of ours. */
  of(request: Request): string {
    return this.#byHost.size === 1 ? this.#publicUrl : (this.#byHost.get(request.host) ?? this.#publicUrl);
  }

  isFormer(request: Request): boolean {
    return this.of(request) !== this.#publicUrl;
  }
}

/**
 * Sends whoever comes by a former address to the same place at the present one, where their session is. Programs with a
 * token of their own need no session and lose the token on the way to another host, so they are served where they are.
 * So is whoever has just been sent: while the service moves, two instances take each other's address for a former one.
 * @param belongsHere says of a request that it goes on with what began at the address it came by
 */
export function formerAddress(
  publicUrl: string,
  addresses: OwnAddresses,
  cookies: Cookies,
  belongsHere: (request: Request) => boolean,
): RequestHandler {
  return (request, response, next) => {
    const stays =
      !addresses.isFormer(request) ||
      !isVisit(request) ||
      belongsHere(request) ||
      cookies.get(request.headers.cookie, COOKIE) !== undefined;
    if (stays) {
      next();
      return;
    }
    response.append('Set-Cookie', cookies.kept(COOKIE, '1', COOKIE_SECONDS));
    // not 301: what a browser remembers for ever could not be undone by the next change of address
    response.statusCode = 302;
    response.setHeader('Location', publicUrl + request.originalUrl);
    response.setHeader('Content-Length', '0');
    response.setHeader('Cache-Control', 'private, no-store');
    response.end();
  };
}

function isVisit({ method, headers, originalUrl }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.authorization === undefined && originalUrl.startsWith('/');
}
