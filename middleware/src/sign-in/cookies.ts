import { parseCookie, stringifySetCookie } from 'cookie';

/** One `Set-Cookie` line: what a decision wants the browser to keep or to forget. */
export type SetCookie = string;

/**
 * The service's cookies: HttpOnly, Lax. Under https their names begin with `__Host-`, so that no neighboring subdomain
 * can plant one; browsers refuse that prefix on plain http, which serves loopback only.
 */
export class Cookies {
  readonly #prefix: string;
  readonly #secure: boolean;

  constructor(publicUrl: string) {
    this.#secure = publicUrl.startsWith('https:');
    this.#prefix = this.#secure ? '__Host-' : '';
  }

  get(header: string | undefined, name: string): string | undefined {
    return header === undefined ? undefined : parseCookie(header)[this.#prefix + name];
  }

  /** @param seconds how long the browser keeps it; left out: until the browser is closed */
  kept(name: string, value: string, seconds?: number): SetCookie {
    return this.#line(name, value, 'lax', seconds);
  }

  /**
   * Kept also when the answer is shown in a frame of another site, where browsers allow that at all (and on plain http
   * they do not). For values that mean nothing to whoever plants them.
   */
  keptInFrames(name: string, value: string, seconds: number): SetCookie {
    return this.#line(name, value, this.#secure ? 'none' : 'lax', seconds);
  }

  forgotten(name: string): SetCookie {
    return this.kept(name, '', 0);
  }

  #line(name: string, value: string, sameSite: 'lax' | 'none', seconds: number | undefined): SetCookie {
    return stringifySetCookie({
      name: this.#prefix + name,
      value,
      path: '/',
      httpOnly: true,
      sameSite,
      secure: this.#secure,
      ...(seconds === undefined ? {} : { maxAge: seconds }),
    });
  }
}
