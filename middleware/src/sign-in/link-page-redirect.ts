import type { DocumentId } from '@file-migration/config';
import type { Cookies, SetCookie } from './cookies.ts';

const COOKIE = 'link-page-';
const WINDOW_SECONDS = 60;
const MOST_IN_WINDOW = 3;

/**
 * Sends a browser to the Salesforce page that mints a link token and sends it back here with `?t=…`. A request that
 * brings a token, good or bad, is never sent again; the cookie stops a page that sends back without one. It counts
 * instead of saying "been there", because people click twice.
 */
export class LinkPageRedirect {
  readonly #page: string;
  readonly #cookies: Cookies;

  /** @param page the full address of the page in the org */
  constructor(page: string, cookies: Cookies) {
    this.#page = page;
    this.#cookies = cookies;
  }

  /** Where to send the browser, or undefined when it has been there and nothing came of it. */
  to(
    cookieHeader: string | undefined,
    id: DocumentId,
  ): { readonly url: string; readonly cookies: readonly SetCookie[] } | undefined {
    const times = Number(this.#cookies.get(cookieHeader, COOKIE + id) ?? 0);
    // a cookie is the browser's word: what is not a small number counts as too often
    if (!(times >= 0 && times < MOST_IN_WINDOW)) return undefined;
    return {
      url: `${this.#page}?id=${id}`,
      cookies: [this.#cookies.kept(COOKIE + id, String(times + 1), WINDOW_SECONDS)],
    };
  }

  /** It worked: the next one starts counting anew. */
  arrived(cookieHeader: string | undefined, id: DocumentId): readonly SetCookie[] {
    return this.#cookies.get(cookieHeader, COOKIE + id) === undefined ? [] : [this.#cookies.forgotten(COOKIE + id)];
  }
}
