import { randomBytes } from 'node:crypto';

export type Session = {
  readonly token: string;
  readonly userId: string;
  readonly clientId: string | undefined;
  readonly scopes: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
};
export type Grant = Pick<Session, 'userId' | 'clientId' | 'scopes'>;

/** Access and refresh tokens. Access tokens look like Salesforce's: `00D…!…`. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #refresh = new Map<string, Grant>();
  readonly #orgId: string;
  readonly #lifeMs: number;
  readonly #clock: () => number;

  constructor(orgId: string, lifeMs: number, clock: () => number) {
    this.#orgId = orgId;
    this.#lifeMs = lifeMs;
    this.#clock = clock;
  }

  open(grant: Grant): Session {
    const issuedAt = this.#clock();
    const token = `${this.#orgId.slice(0, 15)}!${randomBytes(60).toString('base64url').replaceAll('-', '.')}`;
    const session = { ...grant, token, issuedAt, expiresAt: issuedAt + this.#lifeMs };
    this.#sessions.set(token, session);
    return session;
  }

  find(token: string): Session | undefined {
    const session = this.#sessions.get(token);
    return session && session.expiresAt > this.#clock() ? session : undefined;
  }

  openRefresh(grant: Grant): string {
    const token = `5Aep861${randomBytes(48).toString('base64url')}`;
    this.#refresh.set(token, grant);
    return token;
  }

  findRefresh(token: string): Grant | undefined {
    return this.#refresh.get(token);
  }

  /** Ends an access token, or a refresh token with all access tokens of its user and client. */
  revoke(token: string): boolean {
    const grant = this.#refresh.get(token);
    if (!grant) return this.#sessions.delete(token);
    this.#refresh.delete(token);
    for (const session of this.#sessions.values()) {
      if (session.userId === grant.userId && session.clientId === grant.clientId) this.#sessions.delete(session.token);
    }
    return true;
  }

  /** Ends every access token, of one user or of all; refresh tokens live on. */
  expire(userId?: string): void {
    for (const session of this.#sessions.values()) {
      if (userId === undefined || session.userId === userId) this.#sessions.delete(session.token);
    }
  }
}
