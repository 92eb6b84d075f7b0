import type { DocumentId } from '@file-migration/config';
import type { DocumentRow } from '../access/document-row.ts';
import { troubleOf, type OrgTrouble } from '../org/org-trouble.ts';
import type { BearerCaller, BearerCallers, BearerLookup } from './bearer.ts';
import type { LinkTokenClaims, LinkTokens } from './link-token.ts';
import type { Session, SessionLookup } from './session.ts';

/** Who is asking, and how far they are known. */
export type Caller =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'bearer'; readonly user: BearerCaller }
  | { readonly kind: 'link-token'; readonly userId: LinkTokenClaims['userId']; readonly row: DocumentRow }
  | { readonly kind: 'nobody' }
  /** A session that this instance has no key for. */
  | { readonly kind: 'unreadable-session'; readonly keyId: string }
  | { readonly kind: 'token-refused' | 'limited' }
  | OrgTrouble;

/** What a request brings to say who is asking. */
export type Credentials = {
  /** The whole `Authorization` header. */
  readonly authorization: string | undefined;
  /** Where the request comes from, as limits count it. */
  readonly network: string;
  readonly linkToken: string | undefined;
  readonly session: SessionLookup;
};

/** The parameter that brings a link token. */
export const LINK_TOKEN = 't';

/** Learns who is asking. */
export class Callers {
  readonly #bearerCallers: BearerCallers;
  readonly #linkTokens: LinkTokens | undefined;

  /** @param linkTokens without it link tokens are not accepted */
  constructor(bearerCallers: BearerCallers, linkTokens: LinkTokens | undefined) {
    this.#bearerCallers = bearerCallers;
    this.#linkTokens = linkTokens;
  }

  /**
   * A token of their own first, because whoever brings one means it; then a link token, which is about this record
   * only; then the browser's session.
   */
  async of({ authorization, network, linkToken, session }: Credentials, id: DocumentId): Promise<Caller> {
    if (authorization !== undefined) return this.bearer(authorization, network);
    if (linkToken !== undefined && this.#linkTokens !== undefined) {
      const claims = await this.#linkTokens.verify(linkToken, id);
      if (claims !== undefined) return { kind: 'link-token', ...claims };
    }
    switch (session.kind) {
      case 'session':
        return session;
      case 'none':
        return { kind: 'nobody' };
      case 'unknown-key':
        return { kind: 'unreadable-session', keyId: session.keyId };
    }
  }

  async bearer(authorization: string, network: string): Promise<BearerLookup | OrgTrouble> {
    try {
      return await this.#bearerCallers.of(authorization, network);
    } catch (error) {
      return troubleOf(error);
    }
  }
}
