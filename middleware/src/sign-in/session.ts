import { randomUUID } from 'node:crypto';
import type { SalesforceId } from '@file-migration/config';
import type { Response } from 'express';
import { z } from 'zod';
import type { Cookies } from './cookies.ts';
import type { Seal } from './seal.ts';

/** Somebody whom the org vouched for, and the token to ask it as him. */
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

const COOKIE = 'session';
/** The version is part of the purpose: a cookie of another shape does not open, and the user signs in anew, unseen. */
const PURPOSE = 'session.1';
/** Browsers drop a cookie of more than 4,096 bytes with its name and attributes, without a word (RFC 6265, 6.1). */
const LONGEST_COOKIE = 3900;

const SESSION = z.object({
  id: z.string(),
  userId: z.string().transform((id) => id as SalesforceId),
  external: z.boolean(),
  accessToken: z.string(),
  signedInAt: z.number(),
});

/** Keeps sessions in the browser, encrypted; the service itself remembers nobody. */
export class Sessions {
  readonly #seal: Seal;
  readonly #cookies: Cookies;
  readonly #seconds: number;

  /** @param seconds how long a session lasts at most */
  constructor(seal: Seal, cookies: Cookies, seconds: number) {
    this.#seal = seal;
    this.#cookies = cookies;
    this.#seconds = seconds;
  }

  /** @throws RangeError when the org's token does not fit a cookie */
  start(response: Response, user: SignedInUser): Session {
    const session: Session = { id: randomUUID(), ...user, signedInAt: Math.floor(Date.now() / 1000) };
    const sealed = this.#seal.seal(PURPOSE, session);
    if (sealed.length > LONGEST_COOKIE) {
      throw new RangeError(
        `The org's access token has ${user.accessToken.length} characters and does not fit a cookie; ` +
          'let the External Client App issue opaque tokens.',
      );
    }
    this.#cookies.set(response, COOKIE, sealed);
    return session;
  }

  /** The session of a request, or undefined when it has none that is sound and young enough. */
  of(cookieHeader: string | undefined): Session | undefined {
    const sealed = this.#cookies.get(cookieHeader, COOKIE);
    const session = sealed === undefined ? undefined : SESSION.safeParse(this.#seal.open(PURPOSE, sealed)).data;
    return session === undefined || ageOf(session) > this.#seconds ? undefined : session;
  }

  end(response: Response): void {
    this.#cookies.clear(response, COOKIE);
  }
}

/** Seconds since the user signed in. */
export function ageOf(session: Session): number {
  return Date.now() / 1000 - session.signedInAt;
}
