import { randomUUID } from 'node:crypto';
import type { SalesforceId } from '@file-migration/config';
import { z } from 'zod';
import { TtlCache } from '../access/ttl-cache.ts';
import type { Cookies, SetCookie } from './cookies.ts';
import type { EncryptedTokens } from './encrypted-tokens.ts';

/** Somebody whom the org vouched for, and the token to ask it as them. */
export type SignedInUser = {
  readonly userId: SalesforceId;
  /** Community, portal and Chatter users: everybody whose type is not STANDARD. */
  readonly external: boolean;
  readonly accessToken: string;
};

/** A signed-in browser, as its cookie says. */
export type Session = SignedInUser & {
  readonly id: string;
  /** Seconds since 1970. */
  readonly signedInAt: number;
};

/** What a request's cookies say of its session. `unknown-key`: there is one, and this instance cannot read it. */
export type SessionLookup =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown-key'; readonly keyId: string };

export type SessionsOptions = {
  readonly tokens: EncryptedTokens;
  readonly cookies: Cookies;
  /** How long a session lasts at most. */
  readonly seconds: number;
};

const COOKIE = 'session';
/** When the org said that somebody signed out there; sessions that began before are over. */
const ORG_SIGN_OUT_COOKIE = 'org-sign-out';
/** The version is part of the type: a cookie of another shape is none, and the user signs in anew, unseen. */
const TYPE = 'session.2';
/** Browsers drop a cookie of more than 4,096 bytes with its name and attributes, without a word (RFC 6265, 6.1). */
const LONGEST_COOKIE = 3900;
/** Decrypting costs more than the rest of a click; somebody who works clicks again within this time. */
const REMEMBER_SECONDS = 300;
const MOST_REMEMBERED = 5000;

const CLAIMS = z.object({
  jti: z.string(),
  sub: z.string().transform((id) => id as SalesforceId),
  external: z.boolean(),
  token: z.string(),
  iat: z.number(),
});

/** Keeps sessions in the browser, encrypted; what an instance remembers of them is a copy that it can do without. */
export class Sessions {
  readonly #tokens: EncryptedTokens;
  readonly #cookies: Cookies;
  readonly #seconds: number;
  readonly #read = new TtlCache<SessionLookup>(REMEMBER_SECONDS, MOST_REMEMBERED);

  constructor({ tokens, cookies, seconds }: SessionsOptions) {
    this.#tokens = tokens;
    this.#cookies = cookies;
    this.#seconds = seconds;
  }

  /** @returns undefined when the org's token is too long for a cookie */
  async start(user: SignedInUser): Promise<{ readonly session: Session; readonly cookie: SetCookie } | undefined> {
    const { userId, external, accessToken } = user;
    const session: Session = { id: randomUUID(), ...user, signedInAt: Math.floor(Date.now() / 1000) };
    const claims = { jti: session.id, sub: userId, external, token: accessToken };
    const encrypted = await this.#tokens.encrypt(TYPE, claims, this.#seconds);
    return encrypted.length > LONGEST_COOKIE ? undefined : { session, cookie: this.#cookies.kept(COOKIE, encrypted) };
  }

  async of(cookieHeader: string | undefined): Promise<SessionLookup> {
    const encrypted = this.#cookies.get(cookieHeader, COOKIE);
    if (encrypted === undefined || encrypted.length > LONGEST_COOKIE) return { kind: 'none' };
    const found = await this.#read.get(
      encrypted,
      () => this.#decrypt(encrypted),
      ({ kind }) => kind === 'session',
    );
    if (found.kind !== 'session') return found;
    const { session } = found;
    const signedOutAt = Number(this.#cookies.get(cookieHeader, ORG_SIGN_OUT_COOKIE) ?? 0);
    return ageOf(session) > this.#seconds || session.signedInAt <= signedOutAt ? { kind: 'none' } : found;
  }

  ended(): SetCookie {
    return this.#cookies.forgotten(COOKIE);
  }

  /** Ends what began until now. In a frame of the org's, browsers neither send nor delete the session's own cookie. */
  endedByOrg(): SetCookie {
    return this.#cookies.keptInFrames(ORG_SIGN_OUT_COOKIE, String(Math.floor(Date.now() / 1000)), this.#seconds);
  }

  async #decrypt(encrypted: string): Promise<SessionLookup> {
    const decrypted = await this.#tokens.decrypt(TYPE, encrypted);
    if (decrypted.kind === 'unknown-key') return decrypted;
    const claims = decrypted.kind === 'claims' ? CLAIMS.safeParse(decrypted.claims).data : undefined;
    if (claims === undefined) return { kind: 'none' };
    const { jti: id, sub: userId, external, token: accessToken, iat: signedInAt } = claims;
    return { kind: 'session', session: { id, userId, external, accessToken, signedInAt } };
  }
}

/** Seconds since the user signed in. */
export function ageOf(session: Session): number {
  return Date.now() / 1000 - session.signedInAt;
}
