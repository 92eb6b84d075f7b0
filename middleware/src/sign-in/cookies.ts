import type { Response } from 'express';
import { parseCookie, stringifySetCookie } from 'cookie';

/**
 * The service's cookies: sealed by the caller, HttpOnly, Lax. Under https their names begin with `__Host-`, so that no
 * neighbouring subdomain can plant one; browsers refuse that prefix on plain http, which serves loopback only.
 */
export class Cookies {
  readonly #prefix: string;
  readonly #secure: boolean;

  constructor(publicUrl: string) {
    this.#secure = publicUrl.startsWith('https:');
    this.#prefix = this.#secure ? '__Host-' : '';
  }

  /** All cookies of ours whose names begin so, oldest first as browsers send them; names come without our prefix. */
  named(header: string | undefined, beginning: string): [name: string, value: string][] {
    if (header === undefined) return [];
    const start = this.#prefix + beginning;
    return Object.entries(parseCookie(header)).flatMap(([name, value]): [string, string][] =>
      value !== undefined && name.startsWith(start) ? [[name.slice(this.#prefix.length), value]] : [],
    );
  }

  get(header: string | undefined, name: string): string | undefined {
    return header === undefined ? undefined : parseCookie(header)[this.#prefix + name];
  }

  /** @param seconds how long the browser keeps it; left out: until the browser is closed */
  set(response: Response, name: string, value: string, seconds?: number): void {
    const cookie = stringifySetCookie({
      name: this.#prefix + name,
      value,
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#secure,
      ...(seconds === undefined ? {} : { maxAge: seconds }),
    });
    response.append('Set-Cookie', cookie);
  }

  clear(response: Response, name: string): void {
    this.set(response, name, '', 0);
  }
}
