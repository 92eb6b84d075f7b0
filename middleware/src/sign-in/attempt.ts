import { createHash } from 'node:crypto';
import type { DocumentId } from '@file-migration/config';
import type { Response } from 'express';
import { z } from 'zod';
import type { Cookies } from './cookies.ts';
import type { Seal } from './seal.ts';

/** One sign-in under way in one tab. */
export type Attempt = {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** What to open afterwards: an id and never an address, so that nobody can be sent elsewhere. */
  readonly document: DocumentId;
  /** Seconds since 1970. */
  readonly begunAt: number;
};

const COOKIE = 'sign-in-';
const PURPOSE = 'sign-in.1';
const LIFE_SECONDS = 600;
/** Abandoned tabs must not fill the browser's cookie header: some proxies refuse more than 8 KB. */
const MOST_AT_ONCE = 10;

const ATTEMPT = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  document: z.string().transform((id) => id as DocumentId),
  begunAt: z.number(),
});

/** Remembers sign-ins in cookies, one for each, so that tabs opened at once do not overwrite one another's. */
export class Attempts {
  readonly #seal: Seal;
  readonly #cookies: Cookies;

  constructor(seal: Seal, cookies: Cookies) {
    this.#seal = seal;
    this.#cookies = cookies;
  }

  begin(cookieHeader: string | undefined, response: Response, attempt: Omit<Attempt, 'begunAt'>): void {
    const others = this.#cookies.named(cookieHeader, COOKIE);
    for (const [name] of others.slice(0, Math.max(0, others.length + 1 - MOST_AT_ONCE))) {
      this.#cookies.clear(response, name);
    }
    const sealed = this.#seal.seal(PURPOSE, { ...attempt, begunAt: Math.floor(Date.now() / 1000) });
    this.#cookies.set(response, cookieName(attempt.state), sealed, LIFE_SECONDS);
  }

  /** Takes the attempt that this browser began with this state; a second call finds nothing. */
  take(cookieHeader: string | undefined, response: Response, state: string): Attempt | undefined {
    const name = cookieName(state);
    const sealed = this.#cookies.get(cookieHeader, name);
    if (sealed === undefined) return undefined;
    this.#cookies.clear(response, name);
    const attempt = ATTEMPT.safeParse(this.#seal.open(PURPOSE, sealed)).data;
    if (attempt?.state !== state) return undefined;
    return Date.now() / 1000 - attempt.begunAt > LIFE_SECONDS ? undefined : attempt;
  }
}

function cookieName(state: string): string {
  return COOKIE + createHash('sha256').update(state).digest('base64url').slice(0, 12);
}
