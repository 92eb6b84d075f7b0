import { createHash, randomBytes } from 'node:crypto';
import { parseSalesforceId, type DocumentId } from '@file-migration/config';
import { z } from 'zod';
import type { Cookies, SetCookie } from './cookies.ts';
import { readableClaims, type EncryptedTokens } from './encrypted-tokens.ts';

/** What one sign-in must know again when the browser comes back from the org. */
export type PendingLogin = {
  readonly nonce: string;
  readonly codeVerifier: string;
  /** What to open afterwards: an id and never an address, so that nobody can be sent elsewhere. */
  readonly document: DocumentId;
};

/** Why a browser's way back is not the end of a sign-in that it began here. */
export type LostLogin = 'unknown-key' | 'expired' | 'no-cookie' | 'other-browser' | 'invalid';

export type LoginLookup =
  | { readonly kind: 'pending'; readonly login: PendingLogin }
  | {
      readonly kind: 'lost';
      readonly why: LostLogin;
      /** What the state says in the clear: good for a link or a new sign-in, and for nothing else. */
      readonly document: DocumentId | undefined;
      /** How many sign-ins in a row have been lost before this one. */
      readonly lostBefore: number;
    };

const COOKIE = 'sign-in';
const TYPE = 'login-state.1';
const LIFE_SECONDS = 600;
const BROWSER_ID = /^[\w-]{22}$/;

const CLAIMS = z.object({ nonce: z.string(), codeVerifier: z.string(), browser: z.string() });

/**
 * Remembers a sign-in in the OAuth parameter `state` itself, encrypted; the document's id stays readable in it. One
 * cookie of a fixed size, the same for all tabs, says which browser began it: any number of tabs may be under way, and
 * a state that was begun in another browser is of no use here.
 */
export class LoginState {
  readonly #tokens: EncryptedTokens;
  readonly #cookies: Cookies;

  constructor(tokens: EncryptedTokens, cookies: Cookies) {
    this.#tokens = tokens;
    this.#cookies = cookies;
  }

  async begin(
    cookieHeader: string | undefined,
    { nonce, codeVerifier, document }: PendingLogin,
    lostBefore = 0,
  ): Promise<{ readonly state: string; readonly cookie: SetCookie }> {
    const id = this.#browserId(cookieHeader) ?? randomBytes(16).toString('base64url');
    const claims = { nonce, codeVerifier, browser: digest(id) };
    return {
      state: await this.#tokens.encrypt(TYPE, claims, LIFE_SECONDS, { sub: document, lost: lostBefore }),
      cookie: this.#cookies.kept(COOKIE, id, LIFE_SECONDS),
    };
  }

  async finish(cookieHeader: string | undefined, state: string): Promise<LoginLookup> {
    const readable = readableClaims(state);
    const document =
      typeof readable.sub === 'string' ? (parseSalesforceId(readable.sub) as DocumentId | undefined) : undefined;
    const lostBefore = typeof readable.lost === 'number' ? readable.lost : Infinity;
    const lost = (why: LostLogin): LoginLookup => ({ kind: 'lost', why, document, lostBefore });
    const decrypted = await this.#tokens.decrypt(TYPE, state);
    if (decrypted.kind !== 'claims') return lost(decrypted.kind);
    const claims = CLAIMS.safeParse(decrypted.claims).data;
    if (claims === undefined || document === undefined) return lost('invalid');
    const id = this.#browserId(cookieHeader);
    if (id === undefined) return lost('no-cookie');
    // tabs that were opened at once each got a cookie of their own, of which the browser kept the last
    if (digest(id) !== claims.browser) return lost('other-browser');
    return { kind: 'pending', login: { nonce: claims.nonce, codeVerifier: claims.codeVerifier, document } };
  }

  #browserId(cookieHeader: string | undefined): string | undefined {
    const id = this.#cookies.get(cookieHeader, COOKIE);
    return id !== undefined && BROWSER_ID.test(id) ? id : undefined;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
